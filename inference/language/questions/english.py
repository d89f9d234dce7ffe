"""The words of English questions. Lower case, without accents; * stands for any ending."""

from collections.abc import Mapping

from inference.language.questions.notions import Event, Sense
from sereno.domain.questions import Period, Stretch, Topic
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

PERIODS: tuple[tuple[Period, str], ...] = (
    (
        Period(stretch=Stretch.NIGHT),
        (
            "tonight|to night|this night|last night|overnight|over night|during the night|"
            "in the night|through the night|the night|night shift|the night shift|on nights|"
            "on the night shift|all night|night|nighttime|last nite|2nite|tonite|"
            "evening and night"
        ),
    ),
    (
        Period(stretch=Stretch.NIGHT, days=1),
        ("the night before|the night before last|previous night|the previous night|night before"),
    ),
    (
        Period(stretch=Stretch.TODAY),
        (
            "today|this day|so far today|since midnight|all day|during the day|day so far|"
            "the day so far"
        ),
    ),
    (
        Period(stretch=Stretch.TODAY, days=1),
        ("yesterday|the day before|previous day|the previous day|prior day|the prior day"),
    ),
    (Period(stretch=Stretch.TODAY, days=2), "the day before yesterday|two days ago"),
    (
        Period(stretch=Stretch.MORNING),
        ("this morning|in the morning|the morning|since this morning|during the morning|morning"),
    ),
    (Period(stretch=Stretch.MORNING, days=1), "yesterday morning|yesterday s morning"),
    (
        Period(stretch=Stretch.AFTERNOON),
        (
            "this afternoon|in the afternoon|the afternoon|during the afternoon|afternoon|"
            "this evening|in the evening|the evening|evening"
        ),
    ),
    (Period(stretch=Stretch.AFTERNOON, days=1), "yesterday afternoon|yesterday evening"),
    (Period(stretch=Stretch.NIGHT, days=1), "yesterday night"),
    (
        Period(stretch=Stretch.SMALL_HOURS),
        (
            "small hours|the small hours|early hours|the early hours|early morning|"
            "early this morning|in the early hours"
        ),
    ),
    (
        Period(stretch=Stretch.SHIFT),
        (
            "this shift|my shift|the shift|during the shift|on my shift|on this shift|"
            "since i came on|since i started|since handover|since the handover|"
            "since shift change|current shift|shift so far|shift|since the start of the shift|"
            "since the start of my shift|since i took over|our shift|since the shift started|"
            "since the shift began|since my shift began|since my shift started"
        ),
    ),
    (
        Period(stretch=Stretch.LAST, hours=24),
        ("last day|the last day|past day|the past day|last 24|the last 24|past 24"),
    ),
    (
        Period(stretch=Stretch.LAST, hours=1),
        ("last hour|the last hour|past hour|the past hour|this hour|this past hour"),
    ),
    (
        Period(stretch=Stretch.LAST, hours=168),
        ("this week|last week|past week|the past week|the last week"),
    ),
    (
        Period(stretch=Stretch.LAST, hours=6),
        ("last few hours|the last few hours|past few hours|the past few hours|recent hours"),
    ),
    (
        Period(stretch=Stretch.ALL),
        (
            "ever|since admission|since admitted|since she was admitted|since he was admitted|"
            "since they were admitted|since arrival|since arriving|since he came in|"
            "since she came in|since they came in|during the stay|whole stay|the whole stay|"
            "entire stay|the entire stay|throughout|all along|on record|stay|this stay|"
            "during admission|during this admission|whole admission|the whole record|"
            "in the record|entire record|to date"
        ),
    ),
)

PHRASES: Mapping[Sense, str] = {
    Sense.SINCE: "since|ever since",
    Sense.PATIENT: (
        "he|she|him|her|his|hers|patient|patient's|the patient|pt|this patient|gentleman|"
        "lady|mr|mrs|ms|he's|she's got|bloke|chap"
    ),
    Sense.SHOULD: (
        "should i|should we|must i|must we|do i need to|do we need to|ought i|ought we|can i|"
        "can we|may i|may we"
    ),
    Sense.STAYED: (
        "stayed|stay|staying|remain|remains|remained|kept|keeping|held|always|consistently|"
        "throughout the"
    ),
    Sense.LONGEST: (
        "how long was the longest|how long is the longest|the longest|longest pause|"
        "longest silence|longest interruption|longest dropout|biggest break|largest break|"
        "worst gap|"
        "longest|longest stretch|longest gap|longest time|longest spell without|biggest gap|"
        "largest gap|longest period|longest interval|biggest interval|longest break"
    ),
    Sense.ALL_TOPICS: (
        "vital signs|vitals|vital|obs|observations|signs|all the signs|set of obs|readings|"
        "parameters|numbers|figures|values|stats"
    ),
    Sense.HIGHEST: (
        "how far up|how high up|top value|high point|highest point|what was the highest|"
        "ceiling|upper limit of|"
        "highest|maximum|max|peak|peaked|peaking|top|how high|as high as|largest|greatest|"
        "upper|biggest|fastest|how fast|most elevated|up to what|hottest|go up to|got up to|"
        "rise to|climb to"
    ),
    Sense.LOWEST: (
        "how far down|how far has it dropped|how far did it drop|how far did it fall|"
        "what was the lowest|bottom value|how much did it drop|low point|lowest point|"
        "rock bottom|how poor|as low as it got|"
        "lowest|minimum|min|nadir|how low|as low as|smallest|least|bottom|bottomed|"
        "bottom out|slowest|how slow|trough|down to what|fall to|drop to|dip to|get down to|"
        "got down to|go down to|how far did|weakest|coldest|how deep"
    ),
    Sense.UPWARD: (
        "high|elevated|raised|up|rise|rose|risen|rises|climb|climbed|climbs|spike|spiked|"
        "spikes|spiking|jump|jumped|surge|went up|go up|goes up|shot up|shoot up|too high|"
        "fast|rapid|increase|increased|increases"
    ),
    Sense.DOWNWARD: (
        "low|dropped|drop|drops|fell|fall|fallen|falls|dip|dipped|dips|dipping|sank|sink|"
        "down|went down|go down|goes down|too low|crash|crashed|plunge|plunged|tank|tanked|"
        "decrease|decreased|decreases|slow|slowed|sag|sagged"
    ),
    Sense.ABOVE: (
        "above|over|greater than|higher than|more than|exceed|exceeds|exceeded|exceeding|"
        "beyond|past|in excess of|north of|upwards of|crossed|cross|surpass|surpassed|topped|"
        "break|broke|broken|>"
    ),
    Sense.BELOW: "below|under|less than|lower than|beneath|south of|fewer than|underneath|<",
    Sense.AT_LEAST: (
        "at least|or more|or higher|or above|or over|>=|≥|reach|reached|reaches|hit|hits|"
        "touch|touched|get to|got to|gets to"
    ),
    Sense.AT_MOST: "at most|or less|or lower|or below|or under|<=|≤",
    Sense.RANGE: (
        "avg|mean value|range|ranged|ranges|ranging|median|average|averages|averaged|mean|"
        "typical|typically|usual|usually|spread|swing|swung|fluctuat*|vary|varied|variation|"
        "trend over|summary of|min and max|highest and lowest|lowest and highest|"
        "between what|history|been running|been running at|been sitting|been sitting at|"
        "around what|hovering|hovered|baseline"
    ),
    Sense.LATEST: (
        "latest|most recent|last|current|newest|present|last known|last recorded|just now|"
        "recent|last one|lately|last reading|last value|current value|currently at"
    ),
    Sense.NOW: (
        "as we speak|at this very moment|this very minute|this instant|as it stands|"
        "as things stand|in this moment|here and now|"
        "now|right now|at the moment|currently|at present|presently|this minute|this moment|"
        "as of now|at this time|at this point|just now|atm|this second|live"
    ),
    Sense.STILL: (
        "still|yet|anymore|any more|any longer|no longer|persist|persists|persisting|ongoing|"
        "continues to be|continue to be"
    ),
    Sense.HAPPENED: (
        "sound|sounded|occurring|took place|happening|been any|ever had|"
        "has had|have had|did|was|were|had|been|has been|have been|happened|happen|occurred|"
        "occur|gotten|developed|develop|suffered|suffer|experienced|experience|any|"
        "there been|became|become|gone|went|show|showed|shown|see|seen|saw|come|came"
    ),
    Sense.IS: (
        "is|are|does|do|isn't|isnt|he's|she's|hes|shes|looks|seems|has|have|they're|being|am"
    ),
    Sense.WHEN: (
        "when|at what time|what time|since when|from when|at which time|what hour|time of|"
        "onset|start|started|begin|began|starts|starting|begun|first time|at what point|"
        "moment"
    ),
    Sense.HOW_LONG: (
        "how long|for how long|how many minutes|how many hours|what duration|duration|"
        "how much time|total time|length of time|time spent|how long did|how much of the"
    ),
    Sense.HOW_OFTEN: (
        "how often|how many times|how frequently|number of times|how many episodes|"
        "number of episodes|times|count of|how many desaturations|how many spells|"
        "how many dips|how many drops|how many desats|how many separate"
    ),
    Sense.HOW_MANY: "how many|number of|count|how much",
    Sense.WHY: (
        "why|reason|what makes|what made|made up of|what drives|what s driving|driving|"
        "what is driving|behind|contribut*|account for|accounts for|explain|explains|"
        "break down|breakdown|composed of|what gives|which parameters|comes from|come from|"
        "because of what|due to what|responsible for|what's causing|what is causing|causing|"
        "cause|components|add up|adds up|made of|comprise*|where do|where does|"
        "what parameter|which parameter|what is behind|what lies behind|how come|"
        "scores points|giving points|scoring points"
    ),
    Sense.WHO: (
        "who|whom|whose|who's|whos|which patient|which patients|which one|which ones|"
        "what patient|what patients|which of them|which of my patients|which of the patients|"
        "which of these patients|which of our patients"
    ),
    Sense.WHICH_BED: "which bed|which beds|what bed|what beds|which room|which rooms",
    Sense.ANYONE: (
        "anyone|anybody|any patient|any patients|any of them|any of my patients|"
        "any of the patients|any bed|any beds|everyone|everybody|all patients|"
        "all the patients|someone|somebody|any of the beds|in the ward|on the ward|the ward|"
        "ward|patients|beds|anyone's|unit|the unit|on the unit|my patients|our patients|"
        "these patients"
    ),
    Sense.FIRST: (
        "first|sickest|most urgent|most unwell|worst off|priority|prioritise|prioritize|"
        "most critical|most worrying|top priority|needs me|need me|needs attention|"
        "need attention|most at risk|highest risk|most unstable|least stable|worst|"
        "most concern*|go to|see first|attend|should i see|start with|begin with|round on|"
        "sicker|most serious|in most trouble|poorliest|poorly|deteriorating most|needs help|"
        "need help|most in need|triage|who next|most ill|illest|most severe|rank|"
        "order of urgency|where should i go|biggest worry|biggest concern|needs eyes|"
        "look at first|check first|check on"
    ),
    Sense.WORSE: (
        "worse|worsened|worsening|deteriorat*|sicker|going downhill|downhill|declin*|"
        "declined|getting worse|gotten worse|got worse|more unwell|less stable|poorer|"
        "less well|in a worse state|more ill|heading south"
    ),
    Sense.BETTER: (
        "better|improv*|recover*|recovering|getting better|gotten better|got better|"
        "on the mend|picking up|healthier|perked up|less ill|turning the corner"
    ),
    Sense.DIFFER: (
        "in comparison with|in comparison to|as opposed to|set against|measured against|"
        "up from|down from|contrasted with|in contrast to|than it was|"
        "compare|compared|compares|comparison|comparing|versus|vs|relative to|against|"
        "difference|differ|differs|different|change|changed|changes|changing|trend|trending|"
        "trends|evolve|evolved|evolution|evolving|progress|progressed|progression|"
        "with respect to|than before|as before|course|going|moved|stack up"
    ),
    Sense.RISING: (
        "gone up|come up|coming back up|rising|climbing|increasing|going up|trending up|"
        "creeping up|trending upward|trending upwards|on the rise|coming up|edging up|"
        "moving up|heading up|getting higher|higher|faster|warmer|hotter|more tachycardic|"
        "more febrile|more hypertensive"
    ),
    Sense.FALLING: (
        "come down|came down|gone down|falling|dropping|decreasing|going down|trending down|"
        "coming down|trending downward|trending downwards|settling|heading down|"
        "getting lower|lower|slower|colder|sinking|slipping|drifting down|drifting|"
        "creeping down|more hypotensive|cooler|subsiding|settled"
    ),
    Sense.THAN: "than|compared to|compared with",
    Sense.ALARM: (
        "ring|chirp|chirped|ding|dinged|"
        "alarm sound|alarm sounded|alarms sound|alarms sounded|alarm sounding|alarms sounding|"
        "alarm fire|alarm fired|alarms fired|alarm triggered|alarms triggered|alarm trigger|"
        "alarm ringing|set off|setting off|making noise|chiming|chimed|pinging|pinged|bleeping|"
        "bleeped|blaring|"
        "alarm|alarms|alerts|alarming|alarmed|warning|warnings|monitor go off|going off|"
        "go off|went off|gone off|beep|beeping|beeped|notifications|bells|ringing|rang"
    ),
    Sense.OPEN: (
        "open|active|unacknowledged|acknowledged|outstanding|pending|unanswered|sounding|"
        "present|not acknowledged|unseen|live"
    ),
    Sense.PROTOCOL: (
        "have to be|has to be|"
        "call out|warrant|warrants|"
        "warranted|merit|merits|necessary|needs to be|need to be|oblige*|indicated|"
        "protocol|protocols|what does the score ask|response|escalat*|what should be done|"
        "what is required|required|recommended|recommend|recommends|recommendation|guideline|"
        "guidelines|how often should|observation frequency|frequency of observations|"
        "frequency of obs|monitoring frequency|how frequently should|ask for|asks for|"
        "asked for|call for|calls for|mandate*|call the doctor|call a doctor|call the team|"
        "tell the doctor|inform|notify|inform the doctor|let the doctor know|"
        "review frequency|trigger|triggers|demand*|what next|what's next|next step|"
        "next steps|what action|which action|what actions|what do i do|what must|"
        "what should i do|what am i supposed to do|supposed to|call the registrar|"
        "need a review|medical review|who should i call|who do i call|required response|"
        "how often do i need|how often must|should be observed|need to be observed|"
        "should i observe|should i check|recheck|re-check|next obs|next set|obs due"
    ),
    Sense.MEASURED: (
        "recording|recordings|tracing|trace|"
        "measured|measure|measuring|checked|check|taken|take|took|recorded|record|charted|"
        "chart|documented|logged|done|obtained|assessed|reading|monitored|registered|"
        "captured|performed|got a reading|noted down|get a reading|have a reading|data for|"
        "data on|monitor|sent"
    ),
    Sense.MISSING: (
        "breaks|interruption|interruptions|interrupted|dropout|dropouts|drop out|drop outs|"
        "dropped out|blanks|blank|holes|hole|loss of signal|signal loss|lost the signal|"
        "dead time|blackout|blackouts|pauses|pause|cut out|cuts out|silences|silence in|"
        "stretch without|without any reading|without a reading|without readings|"
        "missing|missed|gap|gaps|not measured|not been measured|unmeasured|not recorded|"
        "lacking|lack|haven't got|hasn't been measured|outstanding observations|overdue|"
        "no data|without data|not been taken|not being measured|not been checked|"
        "hasn't been checked|hasn't been taken|isn't being measured|not monitored|"
        "not been recorded|incomplete|complete|absent|stopped sending|lost signal|"
        "disconnected|sensor off"
    ),
    Sense.LAST_TIME: (
        "how many minutes since|how many hours since|minutes since|hours since|"
        "how many minutes ago|how many hours ago|how many mins since|how many mins ago|"
        "how much time has passed since|how long has passed since|how many minutes has it been|"
        "how many hours has it been|how many minutes have passed since|"
        "how many hours have passed since|how long has it been since|hours have gone by since|"
        "minutes have gone by since|when did we last|when did anyone last|"
        "when did someone last|"
        "last time|the last time|when last|last measured|last checked|last taken|"
        "last recorded|last charted|most recently|how old|how recent|how fresh|how recently|"
        "how stale|how long ago|how long since|how much time since|time since|"
        "how long has it been|how up to date|up to date|age of|last documented|last done|"
        "how long is it"
    ),
    Sense.NOTE: (
        "note|notes|wrote|written|noted|write|jotted|comment|comments|commented|mention|"
        "mentions|mentioned|nursing notes|documented about|entry|entries|progress notes|"
        "said about|report about|handwritten"
    ),
    Sense.NORMAL: (
        "normal|ok|okay|fine|within limits|within normal limits|in range|in normal range|"
        "within range|stable|alright|all right|good|acceptable|unremarkable|steady|wnl|safe|"
        "controlled|under control|adequate|healthy|satisfactory|well"
    ),
    Sense.NOT: (
        "not|no|never|without|neither|nor|none|nothing|hasn't|haven't|didn't|wasn't|weren't|"
        "isn't|aren't|free of|don't|doesn't|hasnt|havent|didnt|wasnt|isnt"
    ),
    Sense.CONDITION: (
        "how is|how are|how's|how was|how has|hows|condition|doing|state|status|picture|"
        "situation|overview|summary|summarise|summarize|update|unwell|ill|sick|going on|"
        "up with|how did"
    ),
    Sense.QUERY: (
        "remind me|any way to know|can we tell|could we know|say whether|just checking|"
        "what|what's|whats|which|tell me|show me|give me|show|i want to know|i need|"
        "i'd like to know|let me know|do you know|do we know|could you|can you|please|list|"
        "find|display|read me|any idea|wondering|i wonder|i'm wondering|whether|if|how"
    ),
    Sense.ADVICE: (
        "left to live|how long has he got|how long has she got|how long does he have|"
        "how long does she have|how long have they got|time left|to live|live through|"
        "pull through|make it through|make it to|going to make it|last the night|last until|"
        "outlook|out of the woods|turn out|life expectancy|expected to live|expect him to|"
        "expect her to|odds|what are the odds|likelihood|probability|be alive|end of life|"
        "terminal|likely outcome|by tomorrow|tomorrow|next hours|in the next|future|"
        "suggest|recommend a drug|recommend a treatment|recommend something|recommend any|"
        "recommend medication|which drug|what drug|what would help|how do i treat|"
        "how to treat|how should i treat|how do we treat|treat this|fix|safe for|"
        "worried about|should be worried|prognos*|would you|should be given|which antibiotic|"
        "what antibiotic|what treatment|which treatment|which drug should|what drug should|"
        "should be started|should i give|should we give|should i start|should we start|"
        "should i stop|should we stop|should i increase|should i reduce|should i titrate|"
        "should i administer|should i turn|can i give|can we give|could i give|shall i give|"
        "shall i|shall we|give him|give her|give them|give paracetamol|prescri*|dose|doses|"
        "dosage|dosing|how much should|how many mg|mg of|milligrams|treat|treatment|"
        "treatments|therapy for|medicate|bolus|diagnos*|is it sepsis|have sepsis|has sepsis|"
        "septic|sepsis|going to die|survive|survival|will he die|will she die|die|discharge|"
        "discharged home|go home|sent home|transfer to|safe to|should he|should she|"
        "should they|infection|pneumonia|heart attack|stroke|pulmonary embolism|"
        "what is wrong with|what's wrong with|wrong with|best way to|what would you|"
        "what do you think|in your opinion|do you think|would you recommend|advise|advice|"
        "operate|surgery|withhold|turn off|switch off|silence|mute|change the limit|"
        "set the limit|predict*|will he|will she|will they|going to|chance|chances|likely to|"
        "risk of dying|mortality|what caused|cause of|caused by|cpap|bipap|niv|resuscitat*|"
        "dnr|code status|palliative|bring down|bring up|get her temperature|"
        "get his temperature|what to give|what can i give|what should i give"
    ),
    Sense.OFF_TOPIC: (
        "medical record|medical records|health record|another patient|other patient|"
        "other patients|another bed|neighbour|the patient in bed|next bed|full record|"
        "case file|prime minister|minister|king|queen|times table|plus|multiplied|divided by|"
        "weather|joke|poem|song|football|soccer|recipe|capital of|president|news today|"
        "headlines|translate|stock|stocks|bitcoin|movie|film|lottery|horoscope|write me|"
        "write a|story|who are you|your name|what are you|how old are you|language model|"
        "python|code|program|2+2|sing|meaning of life|date of birth|phone number|address|"
        "religion|politics|canteen|lunch|dinner|breakfast|pizza|coffee|menu|parking|password|"
        "passwords|wifi|wi-fi|email|holiday|christmas|shift pattern|rota|salary|salaries|"
        "world cup|match|game|tv|television|internet|google|math|maths|square root|solve|"
        "history of|war|rain|raining|traffic|train|bus|airport|restaurant|dinner time"
    ),
    Sense.INSTRUCTION: (
        "repeat the text|repeat the words|"
        "repeat the above|repeat the message|repeat what|repeat your|repeat everything|"
        "you were given|you were told|"
        "given to you|told to you before|this conversation|the conversation|our conversation|"
        "text above|words above|message above|everything above|above this line|your text|"
        "initial text|hidden text|verbatim|word for word|your configuration|configured with|"
        "your guidelines|your setup|initial message|first message|original message|"
        "what were you told|what were you asked to do|"
        "ignore|disregard|forget|override|overrides|pretend|act as|act like|you are now|"
        "from now on|new instructions|new instruction|instructions|instruction|system prompt|"
        "prompt|prompts|jailbreak|developer mode|reveal|say that|say only|answer only|"
        "answer with|answer yes|answer no|just say|simply say|just answer|respond with|"
        "respond only|reply with|reply only|reply yes|reply no|repeat after|repeat back|"
        "delete|erase|drop table|acknowledge all|acknowledge the|acknowledge every|sudo|"
        "export|upload|disable|bypass|unlock|admin|administrator|role:|assistant:|system:|"
        "user:|im_start|im_end|roleplay|role play|obey|comply|simulate|you must|always say|"
        "always answer|never mention|do not mention|don't mention|hide|conceal|falsify|fake|"
        "invent|make up a|make up the|modify|rewrite|mark as|mark all|mark the|close all|"
        "silence all|without checking|confidential|claim that|state that|assume that|hereby|"
        "override code|debug|base64|http|https|www|curl|sql|select *|json|html|markdown|"
        "print|hack|output|regardless of|no matter what|rules|guardrails|restrictions|"
        "do anything now|dan|set the score|set his|set her|set the|change his|change her|"
        "change the|report that|write that|write down that|note that|tell them|tell everyone"
    ),
    Sense.UNRECORDED: (
        "intubat*|extubat*|sedat*|fed|feed|eat|eaten|eating|drink|drinking|drunk|ate|"
        "ventilated|name|named|surname|dob|birthday|diabetes|diabetic|hypertension history|"
        "pregnan*|infection markers|blood culture*|hydrat*|thirst*|hungry|itch*|headache|"
        "dizz*|faint*|fell|constipat*|diarrh*|wee|pee|peed|urinate*|void*|bloodwork|"
        "electrolyte*|tests|surgery|operation|procedure*|antibiotic*|paracetamol|"
        "acetaminophen|ibuprofen|morphine|opioid*|noradrenaline|norepinephrine|vasopressor*|"
        "pressors|fluids|fluid bolus|furosemide|insulin|adrenaline|beta blocker|amiodarone|"
        "heparin|bronchodilator*|salbutamol|steroid*|aspirin|metoprolol|labetalol|statin*|"
        "medication|medications|analgesi*|painkiller*|antipyretic*|lactate|potassium|sodium|"
        "creatinine|haemoglobin|hemoglobin|hb|white cell*|white count|wbc|wcc|crp|"
        "procalcitonin|troponin|platelet*|inr|bilirubin|urea|bun|ph|abg|vbg|blood gas|"
        "blood gases|pco2|pao2|paco2|bicarbonate|base excess|magnesium|calcium|phosphate|"
        "albumin|urine|urine output|urinary|diuresis|output of urine|passed urine|"
        "fluid balance|intake|weight|weigh|weighs|height|bmi|pain|pain score|cvp|"
        "central venous pressure|cardiac output|cardiac index|icp|intracranial|ecg rhythm|"
        "rhythm|atrial fibrillation|arrhythmia*|st segment|ejection fraction|x-ray|xray|"
        "chest film|ct|mri|scan|ultrasound|echo|culture|cultures|swab|biopsy|allerg*|"
        "blood group|blood type|stool|stools|bowel*|bowels|vomit*|nausea|drain|drains|wound|"
        "pressure sore|pupil*|peep|tidal volume|fio|ventilator|vent settings|"
        "plateau pressure|minute volume|medicine|medicines|drug|drugs|past history|"
        "medical history|comorbidit*|relatives|family|next of kin|smoker|smoke|smokes|"
        "alcohol|age|old is|lab|labs|lab results|bloods|blood test|blood tests|blood count|"
        "liver|kidney|renal|coagulation|d-dimer|ferritin|cholesterol|hba1c|ketones|"
        "osmolality|ammonia|amylase|lipase|skin|rash|cough|sputum|appetite|sleep|slept|"
        "sleeping|mood|anxious|anxiety|seizure*|fit|fits|convuls*|sedation score|rass|braden|"
        "mobilis*|mobiliz*|walk|walked|fell out|falls risk|visitors|diet|nutrition|"
        "feeding tube|catheter|line|lines|cannula site|dialysis|transfusion|blood products|"
        "perfusion index|capillary refill|cap refill|bleed*|blood loss|bilirrubin|hct|"
        "haematocrit|hematocrit|eos|neutrophil*|lymphocyte*|cortisol|tsh|thyroid|pco"
    ),
    Sense.ASIDE: (
        "i was on my break|while i was on my break|on my break|my break|on break|on a break|"
        "while i was away|while i was out|when i was away|when i was out|while i was off|"
        "i was away|i was out|i was off|i stepped out|stepped out|i missed it|just back|"
        "got back|while i was on break|when i was on break|when i was on my break|"
        "when i was at lunch|while i was at lunch|meanwhile|when i came back|since that|"
        "while i was busy|when i was busy"
    ),
    Sense.FILLER: (
        "monitoring|trouble|problem|problems|issue|issues|concern|concerns|display|screen|"
        "machine|probe|sensor|all the time|whole time|the whole time|entire time|"
        "the entire time|ended up|able|read|reads|showing|instead|though|still to|"
        "actually been|yes or no|mate|love|guys|team want|because|"
        "left|once|twice|ever again|at all|"
        "go|went to|far|earlier|"
        "getting|gentleman's|lady's|any luck|"
        "perhaps|maybe|possibly|do you happen to know|happen to|please tell|kindly|hold on|"
        "wait|ward round|round|rounds|asks|wants to know|relative|daughter|son|wife|husband|"
        "doc|"
        "got|get|gets|hello|hi there|good morning|good evening|good afternoon|good night|"
        "hey there|thanks|thank you|cheers|at any point|at any time|at some point|"
        "at some stage|at any stage|in total|overall|altogether|all in all|so far|"
        "by any chance|the|a|an|of|in|on|at|to|for|from|with|by|and|or|they|it|their|theirs|"
        "them|its|this|that|these|those|there|here|me|my|mine|i|we|us|our|you|your|patients'|"
        "person|man|woman|guy|bed|room|so|then|but|as|be|just|really|actually|exactly|"
        "ever so|about|around|approximately|roughly|during|over the|within|while|"
        "throughout the|in the|on the|of the|at the|for the|level|levels|rate|rates|value|"
        "reading|number|figure|result|results|much|many|some|one|ones|only|also|again|"
        "now and then|quite|very|rather|bit|a bit|a little|little|kind of|sort of|even|"
        "either|own|per|minute|percent|%|degrees|celsius|c|mmhg|mg|dl|hour|hours|minutes|"
        "mins|min|day|days|o'clock|would|could|can|will|may|might|shall|must|should|want|"
        "need|needed|needs|know|look|looking|looks like|like|sign|single|episode|episodes|"
        "spell|spells|bout|bouts|event|events|time|period|window|hi|hey|ok so|well then|out|"
        "off|into|since then|until now|up to now|up till now|till now|hold|holds|keep|sit|"
        "sitting|run|running|ran|point|points of|out of|more|most|less|long|total|worst one|"
        "each|every|both|two|another|other|others|next|previous|before|after|ago|back|same|"
        "way|thing|anything|something|s|t|re|ve|d|ll|m|let|lets|let's|put|make|made|makes|"
        "turn|turned|turns|set|sets|his/her|whole|entire|all|full|monitor's|monitors|device|"
        "devices|bedside|chart's|please can|sorry|quick|quickly|question|briefly|real|true|"
        "correct|right|sure|certain|bring|brought|find out|answer|ask|asking|reckon|suppose|"
        "believe|hear|heard|say|said|where|readings of|worth|amount|side|nurse|doctor|dr|"
        "colleague|team|tends|tended|behave|behaved|behaving|manage|managed|managing|"
        "maintain|maintained|maintaining|average of|mean of|beginning|end|ended|ending|"
        "finish|finished|stop|stopped|resolved|resolve|lasted|last for|lasting|spent|spend|"
        "spending|went on|goes on|ran for"
    ),
}
