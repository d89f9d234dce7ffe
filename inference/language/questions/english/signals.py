"""What is measured and scored, in English: signals, what lies beyond them, and responses."""

from collections.abc import Mapping

from inference.language.questions.notions import Event
from sereno.domain.questions import Topic
from sereno.domain.surveillance import Direction, Response, ScoreKind

_LOW, _HIGH = Direction.LOW, Direction.HIGH

TOPICS: Mapping[Topic, str] = {
    Topic.HEART: (
        "heart rhythm rate|ventricular rate|apex rate|apex beat|radial pulse|"
        "heart rate|heart rates|heartrate|hr|pulse|pulse rate|pulses|heart beat|heartbeat|"
        "heart beats|beats per minute|bpm|cardiac rate|rate of the heart|heart|"
        "cardiac frequency|ticker"
    ),
    Topic.SATURATION: (
        "spo2|sp02|sao2|o2 sat|o2 sats|o2 saturation|o2 saturations|oxygen saturation|"
        "oxygen saturations|oxygen sat|oxygen sats|oxygen level|oxygen levels|blood oxygen|"
        "saturation|saturations|sat|sats|saturating|satting|pulse ox|pulse oximetry|oximetry|"
        "oximeter|sats reading|oxygenation|oxygenating"
    ),
    Topic.BREATHING: (
        "breathe|breathed|breathes|respire|respired|breathing per minute|"
        "respiratory rate|respiration rate|breathing rate|resp rate|resps|resp|rr|"
        "respirations|breaths|breaths per minute|breathing|respiratory|respiration|"
        "breath rate|rate of breathing"
    ),
    Topic.TEMPERATURE: (
        "tympanic|tympanic temperature|axillary temperature|oral temperature|core temp|"
        "body temp|"
        "temperature|temperatures|temp|temps|body temperature|t°|core temperature|thermometer"
    ),
    Topic.PRESSURE: (
        "blood pressure|blood pressures|bp|bps|systolic|systolics|systolic pressure|"
        "systolic blood pressure|systolic bp|sbp|sys|pressure|pressures|arterial pressure|"
        "nibp|abp|cuff pressure|tension|haemodynamic*|hemodynamic*"
    ),
    Topic.DIASTOLIC: (
        "diastolic|diastolics|diastolic pressure|diastolic blood pressure|diastolic bp|dbp"
    ),
    Topic.MEAN_PRESSURE: (
        "mean pressure|mean arterial pressure|mean arterial pressures|mean blood pressure|"
        "map|maps|mean bp"
    ),
    Topic.CAPNOGRAPHY: (
        "etco2|end tidal co2|end-tidal co2|end tidal|end-tidal|capnography|capnograph|co2|"
        "carbon dioxide|expired co2"
    ),
    Topic.OXYGEN: (
        "fio2|inspired oxygen|oxygen flow|o2 flow|oxygen therapy|o2 therapy|"
        "supplemental oxygen|supplementary oxygen|supplemental o2|on oxygen|on o2|oxygen|o2|"
        "litres of oxygen|liters of oxygen|nasal cannula|"
        "oxygen requirement|oxygen requirements|oxygen support"
    ),
    Topic.CONSCIOUSNESS: (
        "consciousness|level of consciousness|conscious level|conscious state|loc|acvpu|avpu|"
        "mental state|mental status|mentation|neuro status|neuro|neurological status|"
        "neurologically|alertness|awareness|mind"
    ),
    Topic.COMA_SCALE: (
        "gcs|glasgow|glasgow coma scale|glasgow coma score|coma scale|coma score|glasgow score"
    ),
    Topic.GLUCOSE: (
        "glucose|blood glucose|blood sugar|blood sugars|sugar|sugars|bm|bms|bg|glycaemia|"
        "glycemia|sugar level|sugar levels|glucose level|glucose levels|capillary glucose|cbg"
    ),
}

EVENTS: Mapping[Event, str] = {
    Event(Topic.TEMPERATURE, _HIGH): (
        "fever|fevers|feverish|febrile|pyrexia*|pyrexic|hyperthermi*|temperature spike|"
        "temperature spikes|temp spike|temp spikes|spike a temperature|spiked a temperature|"
        "spiking a temperature|spike a temp|spiked a temp|spiking a temp|spiking temps|"
        "run a temperature|running a temperature|ran a temperature|running a temp|run a temp|"
        "have a temperature|had a temperature|has a temperature|got a temperature|"
        "having a temperature|burning up|feverishness|run hot|running hot"
    ),
    Event(Topic.TEMPERATURE, _LOW): "hypothermi*|too cold|cold|chilled",
    Event(Topic.SATURATION, _LOW): (
        "desat|desats|desatted|desatting|desaturat*|hypoxi*|hypoxaemi*|hypoxemi*|oxygen dip|"
        "oxygen dips|sat drop|sat drops|sats drop|sats dropped|oxygen drop|oxygen drops|"
        "short of oxygen"
    ),
    Event(Topic.HEART, _HIGH): (
        "racing|pounding|tachycardi*|tachy|tachying|racing heart|heart racing|heart race|"
        "racing pulse|pulse racing|fast heart rate|fast heart|fast pulse|rapid pulse|"
        "rapid heart rate|rapid heartbeat|palpitations"
    ),
    Event(Topic.HEART, _LOW): (
        "bradycardi*|brady|bradying|bradied|slow heart rate|slow heart|slow pulse"
    ),
    Event(Topic.BREATHING, _HIGH): (
        "tachypn*|breathing fast|fast breathing|rapid breathing|breathing rapidly|"
        "breathing quickly|breathing too fast|hyperventilat*|breathless|short of breath|"
        "dyspno*|dyspne*"
    ),
    Event(Topic.BREATHING, _LOW): (
        "bradypn*|breathing slowly|slow breathing|breathing too slowly|hypoventilat*|apno*|"
        "apnea*|respiratory depression|stopped breathing|stop breathing"
    ),
    Event(Topic.PRESSURE, _LOW): (
        "hypotens*|hypotensive|low blood pressure|low bp|low pressure|pressure crash*|"
        "soft bp|soft pressure|soft pressures|bp dropped|bp drop|bp drops|bp tank*|"
        "pressure drop|pressure dropped"
    ),
    Event(Topic.PRESSURE, _HIGH): "hypertens*|high blood pressure|high bp|high pressure",
    Event(Topic.CONSCIOUSNESS, _HIGH): (
        "confus*|drows*|altered|disorient*|deliri*|unresponsive|unconscious|obtunded|"
        "less alert|not alert|agitated|lethargic|reduced consciousness|lost consciousness|"
        "lose consciousness|loss of consciousness"
    ),
    Event(Topic.GLUCOSE, _LOW): (
        "hypoglyc*|hypo|hypos|low sugar|low blood sugar|low glucose|low sugars"
    ),
    Event(Topic.GLUCOSE, _HIGH): (
        "hyperglyc*|high sugar|high blood sugar|high glucose|high sugars"
    ),
    Event(Topic.CAPNOGRAPHY, _HIGH): "hypercapni*|hypercarbi*|retaining co2|co2 retention",
    Event(Topic.CAPNOGRAPHY, _LOW): "hypocapni*|hypocarbi*",
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
        "track and trigger|points"
    ),
    ScoreKind.QSOFA: "qsofa|q sofa|quick sofa|qsofa score|sofa|sofa score|sepsis score",
}

RESPONSES: Mapping[Response, str] = {
    Response.EMERGENCY: (
        "emergency|emergency assessment|emergency response|critical care|crash call|met call|"
        "rapid response|outreach|continuous monitoring|continuous|continuously|"
        "monitored continuously|continuous observation|continuous obs|emergency review|"
        "emergency call|emergency team|critical care team|icu review|intensive care"
    ),
    Response.URGENT: (
        "urgent clinical assessment|assessed urgently|seen urgently|urgent doctor|"
        "urgent medical review|urgent|urgent assessment|urgent response|urgent review|urgently|"
        "hourly observations|"
        "hourly obs"
    ),
    Response.ROUTINE: "routine|routine monitoring",
}
