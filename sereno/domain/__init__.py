"""The words of the ward as frozen values, in the standard library alone.

`vitals` is the vocabulary (LOINC, IEEE 11073 MDC, UCUM), `stream` what connectors bring in,
`patients` whom it is about, `surveillance` what scoring and alarms make of it, `evidence` the
facts that a text may state and the texts themselves, `errors` everything that can go wrong.
"""
