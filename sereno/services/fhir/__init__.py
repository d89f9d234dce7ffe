"""What is known of patients, for other systems of the clinic to read as FHIR R4.

`terms` reads what is searched for and `parameters` says by what; `ids` and `measured` find the
observations, `records` everything else; `reading` answers, with a line of the audit log for each
patient that an answer is about, and `exports` hands out everything at once.
"""
