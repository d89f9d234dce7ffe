"""`/fhir`: what is known of patients, for other systems of the clinic, in the form of FHIR R4.

`app` takes requests, `bundles` and `outcomes` write answers and refusals, `capability` says what
there is, `bulk` hands out exports.
"""
