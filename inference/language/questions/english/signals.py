"""What is measured and scored, in English: signals, what lies beyond them, and responses."""

from collections.abc import Mapping

from inference.language.questions.notions import Event
from sereno.domain.questions import Topic
from sereno.domain.surveillance import Direction, Response, ScoreKind

_LOW, _HIGH = Direction.LOW, Direction.HIGH

TOPICS: Mapping[Topic, str] = {
    Topic.HEART: (
        "heart rhythm rate|ventricular rate|apex rate|apex beat|radial pulse|heart rate|"
        "heart rates|heartrate|hr|pulse|pulse rate|pulses|heart beat|heartbeat|heart beats|"
        "beats per minute|bpm|cardiac rate|rate of the heart|heart|cardiac frequency|ticker|"
        "apical|apical rate|beats|rate of his heart|rate of her heart|h.r.|pulse reading|heart's|"
        "heart rate's|chronotropy|heart speed|cardiac rhythm rate|hr/min"
    ),
    Topic.SATURATION: (
        "spo2|sp02|sao2|o2 sat|o2 sats|o2 saturation|o2 saturations|oxygen saturation|"
        "oxygen saturations|oxygen sat|oxygen sats|oxygen level|oxygen levels|blood oxygen|"
        "saturation|saturations|sat|sats|saturating|satting|pulse ox|pulse oximetry|oximetry|"
        "oximeter|sats reading|oxygenation|oxygenating|o2 level|o2 levels|satn|satns|o2sat|"
        "o2sats|spo|pulse oximeter|oxy sats|oxy|blood oxygen level|blood oxygen levels|saturated|"
        "saturate|o2 sat's|sats probe|sat probe|satur*|oxygen percentage in the blood|so2|"
        "oxygen in his blood|oxygen in her blood|oxygen in the blood|spo two"
    ),
    Topic.BREATHING: (
        "breathe|breathed|breathes|respire|respired|breathing per minute|respiratory rate|"
        "respiration rate|breathing rate|resp rate|resps|resp|rr|respirations|breaths|"
        "breaths per minute|breathing|respiratory|respiration|breath rate|rate of breathing|"
        "breath|breaths a minute|rate of respiration|rates of breathing|breathing speed|resp's|"
        "resprate|respiratory rates|respirs|rf|breaths/min|r.r.|resps rate|"
        "respirations per minute|breathing at|vent rate|respiratory frequency|"
        "breathing frequency|breathing count|breath count"
    ),
    Topic.TEMPERATURE: (
        "tympanic|tympanic temperature|axillary temperature|oral temperature|core temp|body temp|"
        "temperature|temperatures|temp|temps|body temperature|t°|core temperature|thermometer|"
        "body heat|temp's|tympanics|tympanic temp|how hot is|how warm|warmth|celsius reading"
    ),
    Topic.PRESSURE: (
        "blood pressure|blood pressures|bp|bps|systolic|systolics|systolic pressure|"
        "systolic blood pressure|systolic bp|sbp|sys|pressure|pressures|arterial pressure|nibp|"
        "abp|cuff pressure|tension|haemodynamic*|hemodynamic*|b.p.|b/p|b / p|bloodpressure|"
        "blood-pressure|sbps|systolic reading|art line pressure|ibp|sys bp|top number|"
        "upper number|upper pressure|arterial bp|invasive pressure|invasive bp|systole|bp's|"
        "non-invasive pressure|cuff reading|cuff readings|blood press|blood presure|art bp|nibps|"
        "haemodynamics"
    ),
    Topic.DIASTOLIC: (
        "diastolic|diastolics|diastolic pressure|diastolic blood pressure|diastolic bp|dbp|dias|"
        "bottom number|lower number|lower pressure|diastole|dias bp|bottom reading|lower reading|"
        "dia"
    ),
    Topic.MEAN_PRESSURE: (
        "mean pressure|mean arterial pressure|mean arterial pressures|mean blood pressure|map|"
        "maps|mean bp|m.a.p.|mean art pressure|mean arterial|mean arterial bp|"
        "mean systemic pressure|mean of his pressure|mean bps"
    ),
    Topic.CAPNOGRAPHY: (
        "etco2|end tidal co2|end-tidal co2|end tidal|end-tidal|capnography|capnograph|co2|"
        "carbon dioxide|expired co2|end tidals|et co2|et-co2|etco|capno|exhaled co2|"
        "exhaled carbon dioxide|etc02|endtidal|end tidal carbon dioxide|endtidal co2|"
        "expiratory co2|pet co2|petco2|capnometry|capnogram"
    ),
    Topic.OXYGEN: (
        "fio2|inspired oxygen|oxygen flow|o2 flow|oxygen therapy|o2 therapy|supplemental oxygen|"
        "supplementary oxygen|supplemental o2|on oxygen|on o2|oxygen|o2|litres of oxygen|"
        "liters of oxygen|nasal cannula|oxygen requirement|oxygen requirements|oxygen support|"
        "litres|liters|o2 litres|oxygen rate|o2 requirement|o2 requirements|fi02|inspired o2|"
        "inspired fraction|inspired oxygen fraction|fraction of inspired oxygen|"
        "oxygen concentration|oxygen delivery|oxygen need|oxygen needs|o2 need|o2 needs|flow|"
        "flow rate|flows|oxygen flow rate|o2 flow rate|high flow|high-flow|high flow oxygen|"
        "oxygen percentage|nasal specs|nasal prongs|prongs|oxygen flowing|extra oxygen|"
        "added oxygen|oxygen supplement|oxygen dependency|oxygen amount|inhaled oxygen|"
        "amount of oxygen|o2 supply|oxygen supply|litres per minute|liters per minute|fio 2|fi o2"
    ),
    Topic.CONSCIOUSNESS: (
        "consciousness|level of consciousness|conscious level|conscious state|loc|acvpu|avpu|"
        "mental state|mental status|mentation|neuro status|neuro|neurological status|"
        "neurologically|alertness|awareness|mind|responsiveness|acvpu score|avpu score|neuro obs|"
        "sensorium|orientation|consciousness level|how alert|wakefulness|alert level|a/c/v/p/u|"
        "cognition|neuro check|neuro checks|neurological observations|neurological obs"
    ),
    Topic.COMA_SCALE: (
        "gcs|glasgow|glasgow coma scale|glasgow coma score|coma scale|coma score|glasgow score|"
        "glasgow coma|g.c.s.|coma|gcs score|gcs scores|gcs's"
    ),
    Topic.GLUCOSE: (
        "glucose|blood glucose|blood sugar|blood sugars|sugar|sugars|bm|bms|bg|glycaemia|"
        "glycemia|sugar level|sugar levels|glucose level|glucose levels|capillary glucose|cbg|"
        "sugar reading|finger prick|fingerprick|finger stick|fingerstick|finger pricks|"
        "dextrostix|glucometer|accucheck|accu-check|blood gluc|gluc|glu|bgl|bgls|cbgs|"
        "capillary blood glucose|cap glucose|bsl|rbs|blood sugar level|blood sugar levels|"
        "bm stix|bm reading|bm's|glucoses|dextro|glycemic level|glucose reading|glucose readings|"
        "random blood sugar"
    ),
}

EVENTS: Mapping[Event, str] = {
    Event(Topic.TEMPERATURE, _HIGH): (
        "fever|fevers|feverish|febrile|pyrexia*|pyrexic|hyperthermi*|temperature spike|"
        "temperature spikes|temp spike|temp spikes|spike a temperature|spiked a temperature|"
        "spiking a temperature|spike a temp|spiked a temp|spiking a temp|spiking temps|"
        "run a temperature|running a temperature|ran a temperature|running a temp|run a temp|"
        "have a temperature|had a temperature|has a temperature|got a temperature|"
        "having a temperature|burning up|feverishness|run hot|running hot|temps above normal|"
        "with a temp|with a temperature|got a temp|has a temp|had a temp|have a temp|"
        "having a temp|any temps|temp's been up|pyrexial|hot|overheated|overheating|been hot|"
        "feels hot|spiking|fever spike|fever spikes|feverishly|temperature up|temp up|temp high|"
        "high temp|high temps|high temperature|high temperatures|raised temp|raised temperature|"
        "running temps|temping|febrility|ran hot|fevered|piping hot|running fever|ran a temp|"
        "temperature spiking|boiling up|sizzling"
    ),
    Event(Topic.TEMPERATURE, _LOW): (
        "hypothermi*|too cold|cold|chilled|low temp|low temperature|low temps|freezing|chilly|icy"
    ),
    Event(Topic.SATURATION, _LOW): (
        "desat|desats|desatted|desatting|desaturat*|hypoxi*|hypoxaemi*|hypoxemi*|oxygen dip|"
        "oxygen dips|sat drop|sat drops|sats drop|sats dropped|oxygen drop|oxygen drops|"
        "short of oxygen|low sats|low sat|low saturation|low saturations|low oxygen|"
        "low oxygen levels|low oxygen level|low o2|low o2 sats|sats low|sats been low|low spo2|"
        "low oxygen saturation|low oxygen sats|poor sats|sat dip|sats dip|sat dips|sats dips|"
        "dips in sats|dip in sats|drop in sats|drops in sats|drop in oxygen|drops in oxygen|"
        "dip in oxygen|dips in oxygen|drop in saturation|drops in saturation|drop in saturations|"
        "desatter|de-sat|de-sats|desated|desating|de-saturat*|sats crash|sats crashed|sats tank|"
        "sats tanked|oxygen starved|under-oxygenated|poorly oxygenated|desatuation*|desater*"
    ),
    Event(Topic.HEART, _HIGH): (
        "racing|pounding|tachycardi*|tachy|tachying|racing heart|heart racing|heart race|"
        "racing pulse|pulse racing|fast heart rate|fast heart|fast pulse|rapid pulse|"
        "rapid heart rate|rapid heartbeat|palpitations|tachys|high heart rate|high heart rates|"
        "high hr|high pulse|heart rate high|raised heart rate|raised pulse|elevated heart rate|"
        "elevated pulse|galloping|tachicard*|tacky|fast hr|hr fast|heart going fast|thumping|"
        "quick pulse|tachycardic"
    ),
    Event(Topic.HEART, _LOW): (
        "bradycardi*|brady|bradying|bradied|slow heart rate|slow heart|slow pulse|low heart rate|"
        "low hr|low pulse|low heart rates|bradys|bradicard*|slow hr|slow heartbeat|brady'd"
    ),
    Event(Topic.BREATHING, _HIGH): (
        "tachypn*|breathing fast|fast breathing|rapid breathing|breathing rapidly|"
        "breathing quickly|breathing too fast|hyperventilat*|breathless|short of breath|dyspno*|"
        "dyspne*|tachypne*|tachypno*|tachypnic|panting|puffing|fast resps|fast resp rate|"
        "high resp rate|high rr|high respiratory rate|high resps|high breathing rate|"
        "raised resp rate|raised respiratory rate|elevated respiratory rate|rapid respirations|"
        "rapid resps|gasping|puffed out|out of breath|breathlessness|tachypnea|quick breathing|"
        "sob|huffing"
    ),
    Event(Topic.BREATHING, _LOW): (
        "bradypn*|breathing slowly|slow breathing|breathing too slowly|hypoventilat*|apno*|"
        "apnea*|respiratory depression|stopped breathing|stop breathing|low resp rate|low rr|"
        "low respiratory rate|slow resps|slow resp rate|low resps|apneic|apnoeic|"
        "slow respirations|not breathing|hypopno*|hypopne*"
    ),
    Event(Topic.PRESSURE, _LOW): (
        "hypotens*|hypotensive|low blood pressure|low bp|low pressure|pressure crash*|soft bp|"
        "soft pressure|soft pressures|bp dropped|bp drop|bp drops|bp tank*|pressure drop|"
        "pressure dropped|low bps|low pressures|low systolic|low systolics|low sbp|bp low|"
        "pressure low|drop in bp|drops in bp|drop in blood pressure|drop in pressure|fall in bp|"
        "fall in blood pressure|drops in blood pressure|drops in pressure|bp crash*|bp plummet*|"
        "blood pressure drop|blood pressure drops|blood pressure dropped|blood pressure crash*|"
        "hypotension|hypo-tens*|soft bps|pressures soft|pressure soft|bp soft|"
        "low blood pressures|dips in bp|dips in blood pressure|dip in bp|dip in blood pressure|"
        "dips in pressure"
    ),
    Event(Topic.PRESSURE, _HIGH): (
        "hypertens*|high blood pressure|high bp|high pressure|high bps|high pressures|"
        "high systolic|high sbp|raised bp|raised blood pressure|elevated bp|"
        "elevated blood pressure|bp high|pressure spike|pressure spikes|bp spike|bp spikes|"
        "high blood pressures|hyper-tens*"
    ),
    Event(Topic.CONSCIOUSNESS, _HIGH): (
        "confus*|drows*|altered|disorient*|deliri*|unresponsive|unconscious|obtunded|less alert|"
        "not alert|agitated|lethargic|reduced consciousness|lost consciousness|"
        "lose consciousness|loss of consciousness|less than alert|not fully alert|"
        "not quite alert|not been alert|isn't alert|wasn't alert|no longer alert|sleepy|sleepier|"
        "woozy|muddled|out of it|agitat*|less responsive|unrousable|responding only to voice|"
        "responding only to pain|non-alert|not oriented|not awake|not conscious|"
        "dropped consciousness|decreased consciousness|altered consciousness|"
        "altered mental state|altered mental status|impaired consciousness|stupor*|comatose|"
        "encephalopath*|letharg*|groggy|befuddled|wandering mind|muddle|hard to rouse|"
        "difficult to rouse|zonked|anything other than alert|other than alert|anything but alert|"
        "off the a|below alert|under alert"
    ),
    Event(Topic.GLUCOSE, _LOW): (
        "hypoglyc*|hypo|hypos|low sugar|low blood sugar|low glucose|low sugars|low bm|low bms|"
        "low cbg|low blood glucose|low sugar level|low glucoses|hypo's|hypoed|hypo'd|hypoing|"
        "hypos'|low blood sugars|hypo episode|hypo episodes|low bgl|low bg|sugar low|sugar crash|"
        "sugar crashes"
    ),
    Event(Topic.GLUCOSE, _HIGH): (
        "hyperglyc*|high sugar|high blood sugar|high glucose|high sugars|high bm|high bms|"
        "high cbg|high blood glucose|high blood sugars|high sugar level|hyper|hypers|"
        "hyper episode|raised glucose|raised sugars|high bgl|high bg|sugar high|sugars high|"
        "raised blood sugar|elevated glucose|elevated blood sugar"
    ),
    Event(Topic.CAPNOGRAPHY, _HIGH): (
        "hypercapni*|hypercarbi*|retaining co2|co2 retention|high co2|high etco2|raised co2|"
        "retaining|co2 retainer|elevated co2|high end tidal|high end-tidal"
    ),
    Event(Topic.CAPNOGRAPHY, _LOW): (
        "hypocapni*|hypocarbi*|low co2|low etco2|low end tidal|low end-tidal"
    ),
}

WELL: Mapping[Topic, str] = {
    Topic.OXYGEN: (
        "room air|on room air|breathing room air|breathes room air|on air|breathing air|"
        "off oxygen|off o2|off the oxygen|off supplemental oxygen|without oxygen|without o2|"
        "without supplemental oxygen|no oxygen|on ra|not on oxygen|ambient air"
    ),
    Topic.TEMPERATURE: "afebrile|apyrexial|apyrexic|normothermic",
    Topic.PRESSURE: "normotensive|haemodynamically stable|hemodynamically stable",
    Topic.CONSCIOUSNESS: "alert|awake|oriented|lucid|conscious|orientated|rousable",
    Topic.GLUCOSE: "normoglyc*|euglyc*",
}

SCORES: Mapping[ScoreKind, str] = {
    ScoreKind.NEWS2: (
        "news2|news 2|news|news score|news2 score|early warning score|early warning|"
        "warning score|ews|mews|score|scores|scoring|scored|national early warning score|"
        "track and trigger|points|early warning total|early warning scores|news total|"
        "news2 total|total news|aggregate score|news-2|newstwo|news scores|news2 scores|"
        "ews score|n.e.w.s|warning scores|news's|newss|newws|nws|aggregate|total score|"
        "overall score|obs score|news 2 score|warning total"
    ),
    ScoreKind.QSOFA: (
        "qsofa|q sofa|quick sofa|qsofa score|sofa|sofa score|sepsis score|qsofa points|"
        "quick-sofa|q-sofa|qsofa total|qsofa scores|q sofa score|quick sofa score|qsofas|"
        "sofa points"
    ),
}

RESPONSES: Mapping[Response, str] = {
    Response.EMERGENCY: (
        "emergency|emergency assessment|emergency response|critical care|crash call|met call|"
        "rapid response|outreach|continuous monitoring|continuous|continuously|"
        "monitored continuously|continuous observation|continuous obs|emergency review|"
        "emergency call|emergency team|critical care team|icu review|intensive care|"
        "emergency level|critical care outreach|crash team|emergency one|emergency threshold|"
        "the emergency|emergency tier|emergency category|peri-arrest|ccot|critical care review|"
        "emergency care|red flag response|medical emergency|icu team|itu review|"
        "emergency treatment response|continuous vital sign monitoring|continuous vitals"
    ),
    Response.URGENT: (
        "urgent clinical assessment|assessed urgently|seen urgently|urgent doctor|"
        "urgent medical review|urgent|urgent assessment|urgent response|urgent review|urgently|"
        "hourly observations|hourly obs|urgent clinical review|urgent one|urgent level|"
        "urgent threshold|urgent category|urgent call|urgent medical assessment|"
        "urgent medical attention|urgent escalation|urgent response level|prompt review|"
        "seen quickly|urgent doctor review|urgent clinician review|urgent ward-based response|"
        "urgent attention response"
    ),
    Response.ROUTINE: (
        "routine|routine monitoring|routine obs|routine observations|routine observation|"
        "routine response|twelve-hourly|12-hourly|12 hourly|routine level"
    ),
}
