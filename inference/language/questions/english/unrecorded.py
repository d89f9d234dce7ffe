"""What no record here holds, in English, by kind."""

_INTAKE = (
    "fed|feed|feeds|feeding|eat|eaten|eating|eats|drink|drinking|drunk|drank|ate|meal|meals|"
    "breakfast eaten|supper|snack*|diet|nutrition|feeding tube|ng feed|peg feed|tpn|calorie*|kcal|"
    "kcals|appetite|swallow*|thirst*|hungry|hunger|hydrat*|nil by mouth|nbm|npo|oral intake|"
    "intake|fluid intake|sips|cup of tea|tea|water|food|protein|carb|carbs|intake and output|i&o|"
    "in and out|fluid balance|balance|positive balance|negative balance|fluid chart|fluids|fluid|"
    "ivi|drip|drips|infusion|infusions|infusion rate|bag of|litres in|litre in|ml|mls|millilitres|"
    "supplement|supplements|nasogastric|ng|ngt|ng tube|gastric|aspirate*|residual*|regurgit*|"
    "breakfast|lunch|dinner|had his tea|had her tea|his tea|her tea|litre of saline|"
    "litres of fluid|sandwich|toast|porridge|soup|biscuits eaten|thickened|beaker|straw|milk|"
    "juice|ensure|fortisip|coeliac*|celiac*|vegetarian*|vegan*|halal|kosher|gluten|lactose|"
    "intoleran*|puree*|soft diet|fluid restriction|fluid restricted|dietary|fasting|fasted|"
    "starved|kitchen|what went in|how much went in|went in and out|mealtime*|pudding|yoghurt|"
    "eats and drinks"
)

_OUTPUT = (
    "urine|urine output|urinary|uop|uo|diuresis|output|outputs|output of urine|passed urine|"
    "pass urine|passing urine|peeing|wee|weed|pee|peed|urinate*|urinating|void*|catheter|"
    "catheter*|foley|nappy|pad|pads|commode|toilet|incontinen*|continent|bedpan|bottle|haematuria|"
    "hematuria|bowel*|bowels|bowels open|bno|opened his bowels|opened her bowels|stool|stools|poo|"
    "poop|pooed|motion|motions|constipat*|diarrh*|diarrhea|loose stool*|flatus|stoma|colostomy|"
    "ileostomy|melaena|melena|vomit*|emesis|threw up|thrown up|throw up|sick bowl|been sick|"
    "nausea|nauseous|nauseated|retch*|drain|drains|drainage|chest drain|drain output|chest tube|"
    "sweat*|clammy|diaphor*|passing wind|passed wind|burp*|dribbl*|drool*|saliva|he sick|she sick|"
    "they sick|he been sick|she been sick|sick again|be sick|being sick|puke*|puking|enema*|"
    "suppositor*|penrose|jackson pratt"
)

_FEELING = (
    "pain|painful|pains|pain score|painscore|analges*|hurt|hurts|hurting|sore|soreness|ache|aches|"
    "aching|discomfort|uncomfortable|comfort|comfy|cramp*|itch*|headache|headaches|migraine|dizz*|"
    "lightheaded|light headed|faint*|anxious|anxiety|mood|low mood|depress*|tearful|crying|cried|"
    "upset|distress*|scared|frightened|angry|aggress*|happy|sad|lonely|tired|fatigue*|sleep|slept|"
    "sleeping|asleep|sleeps|nap|napped|restless*|insomnia|snor*|dream*|wander*|combative|"
    "chest pain|chest tightness|numb*|tingl*|weakness|feeling|feels|felt|feel|complain*|"
    "appearance|looks like today|colour|color|pale|pallor|blue|cyanos*|cyanotic|jaundice*|flushed|"
    "mottl*|shiver*|rigor|rigors|shaking|half the night|up all night|awake all night|"
    "awake half the night|up half the night|most of the night|sleepless|nightmares|"
    "settle overnight|hallucinat*|suicid*|self harm|spasm*|burning sensation|stinging|tender|"
    "tenderness|stiff*"
)

_MOVING = (
    "fall risk|falls risk|fallen over|fell over|fell down|fell out|a fall|had a fall|have a fall|"
    "any falls|mobilis*|mobiliz*|mobility|walk|walked|walking|walks|steps taken|stairs|frame|"
    "zimmer|walker|wheelchair|crutches|gait|transfer|transfers|hoist|hoisted|repositioned|"
    "reposition*|turned in bed|last turned|been turned|prone|proned|proning|posture|sat out|"
    "sit out|sitting out|sat up|out of bed|in the chair|in a chair|physio|physiotherapy|exercise*|"
    "rehab|muscle|strength|grip|range of motion|hand grip|power in|limb|limbs|legs|leg|arm|arms|"
    "foot|feet|ankle*|wrist*|knee*|hip|swollen|swelling|oedema|edema|calf|calves|bathed|bath|"
    "shower*|washed|wash|mouth care|mouthcare|oral care|hygiene|shave*|dressed|hair|teeth|"
    "dentures|glasses|hearing aid*|spectacles|walking stick|stick|sticks|chair|independent|"
    "independently|unaided|bedbound|bed bound|weight bear*|weight-bear*|self caring|self-caring|"
    "get about|gets about|getting about|turned over|turning chart|stand up|standing up|stood up"
)

_SKIN = (
    "skin|rash|wound|wounds|wound dressing|dressing|dressings|pressure sore|pressure sores|"
    "pressure ulcer|pressure ulcers|pressure area|pressure areas|pressure injury|pressure damage|"
    "sacrum|sacral|heels|bruise*|bruising|blister*|burn|burns|stitch*|suture*|staples|incision|"
    "scar|stump|cannula|cannula site|cannulas|iv line|iv site|iv access|line|lines|line site|picc|"
    "central line|art line|arterial line|port|vip score|phlebitis|tracheostomy|trachy|trache|"
    "et tube|ett|tube|tubes|skin turgor|capillary refill|cap refill|crt|perfusion index|pupil*|"
    "eyes|eye|ear|ears|nose|mouth|tongue|throat|neck|belly|abdomen|abdominal|tummy|stomach|chest|"
    "back pain|spine|head|face|bleed*|bled|blood loss|braden|waterlow|must score|norton|rass|"
    "sedation score|bedsore*|moles|ulcer*|heel|redness|reddened|inflamed|graze*|scab*|pus|exudate|"
    "slough*|healing|healed|drip site|nail|nails|lump|lumps|hives|stained|peristomal|"
    "tissue viability|grade of the|bitten|bites"
)

_BODY = (
    "weight|weigh|weighs|weighed|kilos|kilograms|height|tall|how tall|bmi|body mass|waist|girth|"
    "circumference|age|old is|how old is he|how old is she|dob|birthday|date of birth|name|named|"
    "first name|surname|gender|sex|ethnicity|nationality|language spoken|blood group|blood type|"
    "smoker|smoke|smokes|smoking|alcohol|drinks a|pregnan*|gestation|handed|left handed"
)

_LABS = (
    "lab|labs|lab results|bloods|blood test|blood tests|blood count|bloodwork|blood work|"
    "blood result*|blood results|test result|test results|fbc|cbc|u&e|u and e|u&es|ues|lft|lfts|"
    "tft*|tests|electrolyte*|lactate|lactates|lactic|potassium|k+|sodium|na+|chloride|creatinine|"
    "creat|egfr|gfr|urea|bun|haemoglobin|hemoglobin|hb|hgb|hct|haematocrit|hematocrit|white cell*|"
    "white count|white blood|wbc|wbcs|wcc|crp|c-reactive|esr|procalcitonin|pct|troponin*|trops|"
    "trop|ck|bnp|nt-probnp|platelet*|plts|inr|ptt|aptt|pt time|coagulation|clotting|fibrinogen|"
    "d-dimer|d dimer|ferritin|iron|b12|folate|vitamin*|bilirubin|bilirrubin|alt|ast|alp|ggt|"
    "albumin|calcium|magnesium|mag level|phosphate|amylase|lipase|ammonia|osmolality|cholesterol|"
    "triglycerid*|hba1c|ketone*|ph|abg|abgs|vbg|gas|gases|blood gas|blood gases|arterial gas|"
    "venous gas|arterial blood gas|pco2|pao2|paco2|po2|p/f|pf ratio|bicarb|bicarbonate|hco3|"
    "base excess|anion gap|cortisol|tsh|thyroid|t4|psa|hcg|neutrophil*|lymphocyte*|eos|"
    "eosinophil*|toxicology|drug level|drug levels|levels of vancomycin|serum|plasma|"
    "infection markers|inflammatory markers|tumour markers|biopsy|histology|swab|swabs|culture|"
    "cultures|blood culture*|micro|microbiology|mrsa|covid|flu|influenza|pcr|specimen*|"
    "sample sent|samples|urinalysis|dipstick|urine dip|genetic*|xray|x-ray|x ray|x-rays|cxr|"
    "chest film|film of|ct|ct scan|mri|pet|scan|scans|scanned|ultrasound|uss|doppler|echo|"
    "echocardiogram|endoscop*|colonoscop*|bronchoscop*|angiogra*|ecg|ekg|ecgs|12 lead|eeg|imaging|"
    "radiology|spirometry|peak flow|pefr|fev1|vital capacity|crossmatch*|cross match*|"
    "group and save|viral load|film|grown|growth|grew|sensitivities|gram stain|cx|cultured|"
    "haematology results|biochemistry|drug screen|tox screen|paracetamol level|trough level|"
    "trough levels|spinal tap|lumbar puncture|csf|radiograph*|angio|fluoroscop*|mammogram"
)

_HEART_AND_CHEST = (
    "rhythm|heart rhythm|sinus|sinus rhythm|atrial fibrillation|af|a fib|afib|in af|flutter|svt|"
    "vt|vf|ectopic*|pvc|pvcs|arrhythmia*|dysrhythmia*|heart block|st segment|st elevation|qt|qtc|"
    "qrs|p waves|pacemaker|pacing|paced|ejection fraction|cardiac output|cardiac index|svr|"
    "stroke volume|cvp|central venous pressure|wedge|pulmonary artery pressure|pap|pcwp|jvp|icp|"
    "intracranial|intracranial pressure|cpp|cerebral|bis|bispectral|heart sounds|heart sound|"
    "murmur*|breath sounds|breathing pattern|work of breathing|air entry|wheez*|crackle*|"
    "crepitation*|stridor|chest sounds|lung sounds|respiratory effort|accessory muscles|"
    "pedal pulse*|foot pulses|pulse volume|pulse pressure variation|pulse character|"
    "pulse strength|heart size|heart failure history|intra-abdominal pressure|bladder pressure|"
    "compartment pressure|cuff size|cuff pressure of the tube|room temperature|"
    "temperature of the room|water temperature|ambient temperature|st|st changes|t wave|t waves|"
    "bundle branch|lbbb|rbbb|pr interval|rhythm strip|asystole|bigeminy|fibrillating|wpw|"
    "telemetry|lvef|regurgitation|valve|valves"
)

_DEVICES = (
    "intubat*|extubat*|ventilated|ventilat*|ventilator|vent settings|vent mode|vent|"
    "ventilator mode|peep|tidal volume|tidal volumes|minute volume|plateau pressure|peak pressure|"
    "peak airway pressure|airway pressure|airway|driving pressure|pressure support|fio|compliance|"
    "i:e|ie ratio|cpap|bipap|niv|hfno|high flow settings|airvo|optiflow|mask|which mask|"
    "type of mask|venturi|non-rebreather|nebuli*|nebs|neb|suction*|sputum|phlegm|secretion*|cough|"
    "coughs|coughed|coughing|productive|ecmo|dialysis|dialysed|crrt|haemofiltration|filter|"
    "balloon pump|iabp|sedat*|paralys*|restrain*|traction|cast|warming blanket|cooling blanket|"
    "bair hugger|fan|pca|pump|pumps|syringe driver|femoral|femoral line|jugular|subclavian|"
    "vascath|cvc|midline|icd|defib*|splint*|stocking*|teds|flowtrons|collar|brace|sling|plaster|"
    "stent*|peg|pegs|ryles|holter|nippv|epidural|nerve block|bladder scan|urometer"
)

_DRUGS = (
    "medicine|medicines|drug|drugs|drug chart|medication|medications|meds|med|mar|tablet*|pill|"
    "pills|capsule*|injection*|injected|iv fluids|fluid bolus|antibiotic*|abx|antiviral*|"
    "antifungal*|analgesi*|painkiller*|pain relief|antipyretic*|antiemetic*|anti-emetic*|"
    "anticoagul*|blood thinner*|laxative*|diuretic*|sedative*|steroid*|inotrope*|vasopressor*|"
    "pressor|pressors|opioid*|opiate*|bronchodilator*|beta blocker|beta blockers|ace inhibitor|"
    "statin*|vaccin*|chemo*|radiotherapy|paracetamol|acetaminophen|tylenol|ibuprofen|aspirin|"
    "morphine|oxycodone|oramorph|codeine|tramadol|fentanyl|alfentanil|remifentanil|ketamine|"
    "propofol|midazolam|lorazepam|diazepam|haloperidol|quetiapine|olanzapine|naloxone|"
    "noradrenaline|norepinephrine|norad|levophed|levo|adrenaline|epinephrine|epi|vasopressin|"
    "metaraminol|phenylephrine|dobutamine|dopamine|milrinone|gtn|nitroglycerin|hydralazine|"
    "labetalol|metoprolol|bisoprolol|atenolol|esmolol|amiodarone|digoxin|adenosine|verapamil|"
    "diltiazem|amlodipine|nifedipine|ramipril|lisinopril|losartan|furosemide|frusemide|lasix|"
    "bumetanide|spironolactone|mannitol|insulin|lantus|novorapid|actrapid|humalog|glargine|"
    "sliding scale|metformin|gliclazide|dextrose|glucagon|hydrocortisone|prednisolone|"
    "dexamethasone|salbutamol|albuterol|ipratropium|aminophylline|heparin|enoxaparin|clexane|"
    "dalteparin|warfarin|apixaban|rivaroxaban|clopidogrel|tranexamic|tazocin|meropenem|vancomycin|"
    "vanc|gentamicin|amoxicillin|augmentin|co-amoxiclav|ceftriaxone|cefuroxime|flucloxacillin|"
    "clarithromycin|metronidazole|ciprofloxacin|doxycycline|aciclovir|fluconazole|omeprazole|"
    "pantoprazole|ondansetron|cyclizine|metoclopramide|lactulose|senna|movicol|levetiracetam|"
    "keppra|phenytoin|valproate|saline|hartmann's|hartmanns|plasmalyte|albumin infusion|"
    "blood products|transfusion|transfused|units of blood|ffp|red cells|packed cells|"
    "magnesium sulphate|thyroxine|simvastatin|atorvastatin|zopiclone|nicotine|patch|inhaler|"
    "inhalers|pip taz|piptaz|pip-taz|tazobactam|co-trimoxazole|teicoplanin|linezolid|remi|midaz|"
    "rocuronium|suxamethonium|atracurium|glycopyrronium|paras|nsaid*|inotropic|plasma exchange|"
    "immunoglobulin*|unit of blood|second unit|bag of blood|bags of blood|blood transfusion|prn|"
    "prns|stat dose|premed|sleeping tablet*|oxybutynin|tamsulosin|gabapentin|pregabalin|"
    "sertraline|lithium|methotrexate|tacrolimus|octreotide|terlipressin|alteplase|thrombolys*"
)

_HISTORY = (
    "past history|medical history|past medical history|pmh|pmhx|comorbidit*|co-morbidit*|diabetes|"
    "diabetic|hypertension history|asthma|asthmatic|copd|epilep*|dementia|cancer|tumour|tumor|"
    "allerg*|anaphylaxis history|immunis*|immuniz*|surgery|operation|operations|operated|"
    "procedure*|anaesthe*|anesthe*|theatre list|surgical|liver|kidney|kidneys|renal|lung|lungs|"
    "family history|social history|occupation|job|seizure*|fit|fits|fitting|convuls*|"
    "stroke history|presenting complaint|reason for admission|admitted with|admitted for|"
    "admission reason|why was he admitted|why was she admitted|why is he here|why is she here|"
    "how did he get here|admission date|when was he admitted|when was she admitted|length of stay|"
    "working diagnosis|dnr|dnar|dnacpr|resus status|resuscitation status|resuscitat*|code status|"
    "ceiling of care|treatment escalation plan|tep form|for resus|respect form|advance directive|"
    "living will|power of attorney|capacity|consent|consented|consent form|safeguarding|dols|"
    "isolation|isolated|barrier nursed|infectious|cardiac arrest|arrest|arrested|handover sheet|"
    "care plan reviewed|do not resuscitate|past illness*|existing conditions|birth|postpartum|"
    "menstru*|lmp|period pain|travel history|exposed to|past medical|previous admission|"
    "previous admissions|last admission|readmission|got here|get here|come in with|came in with|"
    "brought in|theatre slot|theatre time|slot|waiting list|booked|scheduled|precautions|c diff|"
    "cdiff|clostrid*|norovirus|vre|esbl|side room|sideroom|infection control|barrier nursing|"
    "barrier|apron|ppe|deep clean|organ donor|donor|best interests|lasting power|escalation form|"
    "treatment limits|weekend plan|plans|hearing|deaf|drives|care home|nursing home|"
    "residential home|package of care|at home"
)

_PEOPLE = (
    "relatives|family|next of kin|nok|visitor*|visit|visits|visited|visiting|been in today|"
    "come in today|came to see|been to see|come to see|who came|called the family|rang the family|"
    "phoned|telephoned|phone call|on duty|on shift|on call|on-call|on last night|on the rota|"
    "on rota|was on nights|in charge|charge nurse|named nurse|key worker|looking after|"
    "looks after|looked after|taking care of|consultant|consultants|registrar on|which nurse|"
    "which doctor|what nurse|which consultant|which team|whose patient|under whose|"
    "responsible consultant|seen by|reviewed by|been reviewed|been seen|seen him|seen her|"
    "see him today|reviewed him|reviewed her|review him|ward round happen|ward round today|"
    "attended|chaplain|priest|imam|social worker|dietitian|dietician|physio seen|ot seen|salt|"
    "speech and language|palliative team|pharmacist|interpreter|translator|carer|carers|sitter|"
    "watcher|companion|one to one|1:1|gp|insurance|insured|bill|billing|cost|belongings|valuables|"
    "possessions|wallet|phone|clothes|parcel|flowers|lives alone|live alone|lives with|"
    "where does he live|where does she live|postcode|hometown|children|married|marital|"
    "discharge date|discharge letter|discharge summary|appointment*|referral*|referred|bed number|"
    "which ward|what ward|ward he|admitted under|transport|ambulance|isolation room|side effects|"
    "incident form|datix|temperature of his tea|handed over|handover given|called out sick|"
    "called in sick|called sick|off sick|sick leave|staffing|staff|staffed|short staffed|"
    "short-staffed|how many nurses|his nurse|her nurse|nurse was|was the nurse|his doctor|"
    "her doctor|his consultant|her consultant|call bell|bell|battery|mattress|pillow|bed rails|"
    "bedrails|curtains|porter|cleaner|laundry|beds free|free beds|empty beds|bed state|admissions|"
    "new admissions|discharges|handed him over|doctor informed|doctor called|doctor told|"
    "doctor aware|doctor been|team informed|team aware|aware of|been informed|was informed|"
    "been escalated|was it escalated|was this escalated|was he escalated|was she escalated|"
    "been notified|anyone informed|anyone told|anyone escalate|did anyone escalate|"
    "anybody informed|registrar informed|registrar been|family informed|been called out|"
    "did anyone call|did anyone tell|did the doctor|religion|cigarettes|the plan|his plan|"
    "her plan|costing|costs|price|paid|pays|paying|payment|invoice|private patient|fees|the keys|"
    "keys|speaks|language|languages|vicar|rabbi|religious|cardiology|neurology|nephrology|"
    "haematology|oncology|gastro|gastroenterology|orthopaedics|orthopedics|urology|psychiatry|"
    "surgeons|the surgeons|med reg|surgical reg|the reg on|house officer on|occupational therapy|"
    "family meeting|the meeting|pets|his dog|her dog|his cat|her cat|waiting room|fire alarm test|"
    "equipment library|stock of|supplies|linen"
)

_KINDS = (
    _INTAKE,
    _OUTPUT,
    _FEELING,
    _MOVING,
    _SKIN,
    _BODY,
    _LABS,
    _HEART_AND_CHEST,
    _DEVICES,
    _DRUGS,
    _HISTORY,
    _PEOPLE,
)
UNRECORDED = "|".join(_KINDS)
