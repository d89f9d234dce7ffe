"""Words for evidence: phrasings, grammar, generation, the template, and the verifier.

`compose` turns evidence into blocks of phrasings, of which `grammar` makes a language that holds
the model's decoder, `generator` a text by the model and `template` one without it. `verifier`
judges any text of this kind and shares no code with the rest.
"""
