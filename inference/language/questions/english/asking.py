"""What is asked of a signal, a score or a patient, in English."""

from collections.abc import Mapping

from inference.language.questions.notions import Sense

ASKING: Mapping[Sense, str] = {
    Sense.SINCE: "since|ever since",
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
}
