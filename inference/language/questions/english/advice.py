"""What is asked for that is no record's business, in English: advice, opinions and forecasts."""

_FUTURE = (
    "will|won't|wont|he'll|she'll|they'll|it'll|that'll|will he|will she|will they|going to|"
    "about to|likely to|unlikely|likely|next hours|in the next|next few hours|next hour|"
    "coming hours|coming days|future|later today|later tonight|later on|sooner or later|how soon|"
    "soon|any time soon|predict*|forecast*|anticipat*|foresee|expect|expecting|expected to|"
    "expect him to|expect her to|heading for|headed for|on course for|when can|when could|"
    "when may|when might|by the weekend|by next week|in due course|happens next|happen next|"
    "until he|until she|goes home|days until|hours until|how long until|how long till|"
    "how long before he|how long before she|were to|keep rising|keeps rising"
)

_PROGNOSIS = (
    "left to live|how long has he got|how long has she got|how long does he have|"
    "how long does she have|how long have they got|time left|to live|live through|pull through|"
    "make it through|make it to|going to make it|last the night|last until|last till|outlook|"
    "out of the woods|turn out|life expectancy|expected to live|odds|what are the odds|likelihood|"
    "probability|be alive|end of life|terminal|likely outcome|prognos*|survive|survives|survival|"
    "going to die|will he die|will she die|die|dying|death|pass away|chance|chances|risk of|"
    "risk for|risk that|how risky|mortality|code on me|full recovery|recover from"
)

_DIAGNOSIS = (
    "differential|differentials|what is wrong with|what's wrong with|whats wrong with|wrong with|"
    "what caused|cause of|caused by|causes|root cause|underlying cause|reason behind|pointing to|"
    "suggestive of|suggest|suggests|consistent with|indicative of|could it be|could this be|"
    "could that be|can it be|can this be|might it be|might this be|may be a|amount to|amounts to|"
    "rule out|am i dealing with|are we dealing with|is this a case|could the|could his|could her|"
    "would his|would her|would the|due to the|because of the"
)

_TREATING = (
    "what would help|would help|help with his|help with her|treat this|fix|fix it|treat|treats|"
    "treating|medicate|prescri*|titrat*|wean|weaned|administer|withhold|escalate treatment|"
    "how do i treat|how to treat|how should i treat|how do we treat|recommend a drug|"
    "recommend a treatment|recommend something|recommend any|recommend medication|give him|"
    "give her|give them|give paracetamol|giving him|giving her|be given|should be given|"
    "should be started|start him|start her|start them|put him on|put her on|switch him|switch her|"
    "switch to|change over to|take him off|take her off|get him up|get her up|sit him up|"
    "stand her up|send him|send her|send them home|move him|move her|moving him|moving her|"
    "transfer him|transfer her|increase the|reduce the|turn up|turn down|turn it up|turn it down|"
    "crank|dial|step up|step down|stepped down|cut down|cut back|back off on|top up|"
    "how much should|two units|skip|hold his|hold her|hold the|stop his|stop her|restart his|"
    "restart her|go home|going home|be home|sent home|home today|transfer to|step-down|operate|"
    "palliat*|bring down|bring up|get her temperature|get his temperature|what to give|"
    "what can i give|what to do about|anything i can do|best way to|how do i|how do you|"
    "how would you|how to|how would i|aim for|aiming for|target for|target|on theatre|to theatre|"
    "can i give|can we give|could i give|shall i give|should i give|should we give|should i start|"
    "should we start|should i stop|should we stop|should i increase|should i reduce|"
    "should i titrate|should i administer|should i turn|what should i give|get out of bed|"
    "come off|come off oxygen|turn off|switch off|silence|mute|change the limit|set the limit"
)

_OPINION = (
    "would you|what would you|what do you think|in your opinion|in your judgement|"
    "in your judgment|in your view|your opinion|your view|your gut|your advice|your take|"
    "your call|do you think|you think|you reckon|do you reckon|do you believe|would you recommend|"
    "advise|advise me|advice|recommend we|should be worried|worried about|worried|worry about|"
    "worry|worries|worrying|worrisome|cause for concern|concerned about|concerned|concerning|"
    "dangerous|dangerously|danger|serious|seriously|life threatening|life-threatening|big deal|"
    "red flag|bad sign|good sign|is that bad|is this bad|is it bad|that bad|a problem|matter|"
    "matters|significant|significance|too much|reassuring|panic|is it ok to|is it okay to|fault|"
    "blame|happy with|comfortable with|good idea|bad idea|worth giving|worth doing|worth trying|"
    "worth starting|worth a|better to|best to|right thing|right thing to do|right call|"
    "appropriate|advisable|suitable|contraindicat*|justified|justif*|harm|harmful|hurt to|"
    "matter if|benefit from|benefit|over-reacting|overreacting|you recommend|do you recommend|"
    "do you suggest|do you advise|you suggest|you advise|be wise|wise to|is it wise|what's best|"
    "whats best|what is best|is best"
)

_PERMITTED = (
    "can he|can she|can they|can the patient|can it wait|can this wait|could he|could she|"
    "could they|may he|may she|might he|might she|might they|must he|must she|allowed|allowed to|"
    "permitted|ok to|okay to|fine to|all right to|alright to|safe to|safe for|safely|good to go|"
    "time to|fit to|fit for|ready for|ready to|well enough|good enough|enough to|stable enough|"
    "strong enough|cleared for|clear to|would he|would she|would they|would it|would that|would a|"
    "would an|would oxygen|would this|be okay if|be ok if|be alright if"
)

_TEACHING = (
    "what does it mean|what does that mean|what does this mean|mean by|meaning of|stand for|"
    "stands for|define|definition|what is a normal|what's a normal|what is the normal|"
    "what's the normal|whats the normal|whats a normal|normal range for|normal value|"
    "reference range|what causes|causes of|explain what|explain how|explain to me|what does a|"
    "what does an|do to the|does to|does to the|what happens if|what happens when|what if|"
    "in general|generally speaking|usually mean|usually means|teach me|textbook|in theory|"
    "supposing|hypothetically|imagine|say for example|for instance|okay for|ok for|normal for|"
    "good for|acceptable for|enough for|fine for|normal in a|normal in an|normal in children|"
    "normal in pregnancy|normal in adults|expected in|expected for|what is a|"
    "what's a|whats a|for his age|for her age|for someone|at his age|at her age"
)

TREATMENT = (
    "treatment|treatments|therapy for|therapy|bolus|boluses|dose|doses|dosage|dosing|how many mg|"
    "mg of|milligrams|how many units|units of|which antibiotic|what antibiotic|what treatment|"
    "which treatment|which fluid|what fluid|what fluids|which drug|what drug|discharge|discharged|"
    "discharged home|management|management plan|plan for|care plan|tomorrow|by tomorrow|next week|"
    "transfuse|which medication|what medication|which drugs|what drugs|which antibiotics|"
    "what antibiotics|what infusion|which infusion|what pressor|which pressor|what sedation|"
    "which inotrope|prescribed|prescription|prescriptions|regime|regimen|course of|next dose|"
    "loading dose|mcg|micrograms"
)
ILLNESS = (
    "diagnos*|septic|sepsis|infection|infected|pneumonia|heart attack|stroke|pulmonary embolism|"
    "pe|dvt|mi|myocardial|acs|heart failure|meningitis|encephalitis|cellulitis|uti|"
    "copd exacerbation|exacerbation|pancreatitis|appendicitis|cholangitis|endocarditis|tamponade|"
    "pneumothorax|haemorrhage|hemorrhage|anaphylaxis|ards|dka|ketoacidosis|shock|aspiration|"
    "overdose|withdrawal|embolism|embolus|clot|thrombosis|cva|tia|stemi|nstemi|angina|ischaemia|"
    "ischemia|ischaemic|ischemic|aki|kidney injury|renal failure|kidney failure|liver failure|"
    "respiratory failure|perforation|obstruction|ileus|peritonitis|colitis|gastroenteritis|"
    "hepatitis|cirrhosis|encephalopathy|delirium|anaemia|anemia|anaemic|anemic|dehydrated|"
    "dehydration|malnourished|overloaded|fluid overload|pulmonary oedema|pulmonary edema|"
    "bronchitis|bronchospasm|effusion|empyema|abscess|necrosis|gangrene|fracture|concussion|"
    "haematoma|hematoma|subdural|aneurysm|dissection|rhabdo|rhabdomyolysis|serotonin syndrome|"
    "malignancy|metastases|metastatic|leukaemia|lymphoma|malaria|tuberculosis|tb|hyponatraemia|"
    "hyponatremia|hyperkalaemia|hyperkalemia|acidosis|alkalosis"
)

# Asks what to do: the protocol may say.
SHOULD = (
    "does he need|does she need|do they need|does the patient need|need to|should|should i|"
    "should we|should he|should she|should they|should it|shouldn't|must i|must we|ought|ought i|"
    "ought we|ought to|shall i|shall we|shall|do i|do we|do i need to|do we need to|need i|may i|"
    "may we|can i|can we|could i|could we|must"
)

_KINDS = (_FUTURE, _PROGNOSIS, _DIAGNOSIS, _TREATING, _OPINION, _PERMITTED, _TEACHING)
ADVICE = "|".join(_KINDS)
# Beside a drug or a device these ask for a choice, and not for what was done.
TREAT = "best|help|helps|more|extra|another|enough|option|options|choice of|preferred|first line"
