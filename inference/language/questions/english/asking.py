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
        "worst gap|longest|longest stretch|longest gap|longest time|longest spell without|"
        "biggest gap|largest gap|longest period|longest interval|biggest interval|longest break|"
        "widest|widest gap|biggest hole|longest hole|longest wait|longest lapse|longest we went|"
        "longest they went|the longest we have gone|longest without|longest gone|longest run|"
        "longest single|longest continuous|maximum interval|max interval|greatest interval|"
        "interval between|intervals between|gap between|maximum gap|max gap|"
        "longest interval between|longest gap between|biggest gap between|largest gap between|"
        "greatest gap|widest interval|longest delay|largest interval|maximum time between|"
        "longest time between"
    ),
    Sense.ALL_TOPICS: (
        "vital signs|vitals|vital|obs|observations|signs|all the signs|set of obs|readings|"
        "parameters|numbers|figures|values|stats|observation set|obs set|set of observations|"
        "full set|full set of obs|full obs|all obs|vital parameters|ob|tpr|all his numbers|"
        "all her numbers|latest set|monitor values|basic obs"
    ),
    Sense.HIGHEST: (
        "how far up|how high up|top value|high point|highest point|what was the highest|ceiling|"
        "upper limit of|highest|maximum|max|peak|peaked|peaking|top|how high|as high as|largest|"
        "greatest|upper|biggest|fastest|how fast|most elevated|up to what|hottest|go up to|"
        "got up to|rise to|climb to|hit a high|spike to|spiked to|top out|topped out|max out|"
        "maxed out|maxes|at its highest|at their highest|uppermost|record high|zenith|"
        "how high up did|get up to|gone up to|went up to|gone as high|reach its peak|highs|"
        "all-time high|tmax|high water mark|shot up to|crept up to|got as high|gone up as far|"
        "quickest|warmest|how hot|highest ever|peaks|how much did it rise|how far did it rise|"
        "how far did it climb"
    ),
    Sense.LOWEST: (
        "how far down|how far has it dropped|how far did it drop|how far did it fall|"
        "what was the lowest|bottom value|how much did it drop|low point|lowest point|"
        "rock bottom|how poor|as low as it got|lowest|minimum|min|nadir|how low|as low as|"
        "smallest|least|bottom|bottomed|bottom out|slowest|how slow|trough|down to what|fall to|"
        "drop to|dip to|get down to|got down to|go down to|how far did|weakest|coldest|how deep|"
        "at its lowest|at their lowest|dropped to|drops to|fell to|fallen to|went down to|"
        "gone down to|dipped to|record low|bottoms out|lows|all-time low|sank to|sunk to|"
        "got as low|gone as low|go as low|nadirs|low water mark|how cold|fallen as far|"
        "lowest ever|hit bottom|drop down to|come down to|how badly did"
    ),
    Sense.UPWARD: (
        "high|elevated|raised|up|rise|rose|risen|rises|climb|climbed|climbs|spike|spiked|spikes|"
        "spiking|jump|jumped|surge|went up|go up|goes up|shot up|shoot up|too high|fast|rapid|"
        "increase|increased|increases|upped|go high|going high|gone high|heightened|running high|"
        "on the high side|high side|shooting up|bump|bumped|soar|soared|soars|leap|leapt|"
        "gone through the roof"
    ),
    Sense.DOWNWARD: (
        "low|dropped|drop|drops|fell|fall|fallen|falls|dip|dipped|dips|dipping|sank|sink|down|"
        "went down|go down|goes down|too low|crash|crashed|plunge|plunged|tank|tanked|decrease|"
        "decreased|decreases|slow|slowed|sag|sagged|a fall in|falls in|a drop in|drops in|dip in|"
        "dips in|dropping off|go low|going low|gone low|on the low side|low side|running low|"
        "plummet|plummeted|slump|slumped|tumble|tumbled|nosedive|lowish|soft|softish|poor|"
        "reduced|reduction in|sluggish"
    ),
    Sense.ABOVE: (
        "above|over|greater than|higher than|more than|exceed|exceeds|exceeded|exceeding|beyond|"
        "past|in excess of|north of|upwards of|crossed|cross|surpass|surpassed|topped|break|"
        "broke|broken|>|go over|went over|go above|went above|gone above|gone over|"
        "in the region above|overshoot|overshot|breach|breached|breaches|pass|passed|bigger than|"
        "larger than|stray above|climb above|climbed above|rise above|rose above|go past|"
        "went past|faster than|quicker than|hotter than|upward of|top|tops"
    ),
    Sense.BELOW: (
        "below|under|less than|lower than|beneath|south of|fewer than|underneath|<|go below|"
        "went below|gone below|go under|went under|gone under|drop below|dropped below|"
        "drops below|fall below|fell below|fallen below|dip below|dipped below|dips below|"
        "dip under|dipped under|drop under|dropped under|sink below|sank below|undershoot|"
        "smaller than|slower than|short of|shy of"
    ),
    Sense.AT_LEAST: (
        "at least|or more|or higher|or above|or over|>=|≥|reach|reached|reaches|hit|hits|touch|"
        "touched|get to|got to|gets to|or greater|or beyond|and above|and over|and up|or up|"
        "upwards|no less than|not less than|as much as|minimum of|reached up to|got as far as|"
        "made it to"
    ),
    Sense.AT_MOST: (
        "at most|or less|or lower|or below|or under|<=|≤|or fewer|or smaller|and below|and under|"
        "and less|or beneath|no more than|not more than|no higher than|maximum of|as little as"
    ),
    Sense.RANGE: (
        "avg|mean value|range|ranged|ranges|ranging|median|average|averages|averaged|mean|"
        "typical|typically|usual|usually|spread|swing|swung|fluctuat*|vary|varied|variation|"
        "trend over|summary of|min and max|highest and lowest|lowest and highest|between what|"
        "history|been running|been running at|been sitting|been sitting at|around what|hovering|"
        "hovered|baseline|spectrum|min max|min/max|min max median|low high|high and low|"
        "high low and median|high, low and median|low to high|lowest to highest|highs and lows|"
        "highest lowest|lowest highest|lowest, highest|high to low|minimum and maximum|"
        "maximum and minimum|max and min|midpoint|middle value|central value|on average|"
        "mostly been|been like|been doing|been hovering|hover|hovers|been around|generally been|"
        "ran at|how stable|how steady|variability|extremes of|typical value|what was it like|"
        "what's it been like|been ranging|been averaging|bracket"
    ),
    Sense.LATEST: (
        "latest|most recent|last|current|newest|present|last known|last recorded|just now|recent|"
        "last one|lately|last reading|last value|current value|currently at|freshest|"
        "up to the minute|up-to-date|newest one|latest one|most up to date|last ones|current one|"
        "recentest|last available|latest available|most current|very latest|very last|"
        "last thing recorded|of late|final|finally measured"
    ),
    Sense.NOW: (
        "as we speak|at this very moment|this very minute|this instant|as it stands|"
        "as things stand|in this moment|here and now|now|right now|at the moment|currently|"
        "at present|presently|this minute|this moment|as of now|at this time|at this point|"
        "just now|atm|this second|live|at this minute|at this instant|at the minute|"
        "just this minute|this very moment|this very second|rn|as she stands|as he stands|"
        "as they stand|as it is|as of this moment|at this very minute|for now|right this minute|"
        "today now|nowadays|present time|at the present time|at the present moment|"
        "on the monitor now|on screen now|as i type|these minutes|just at the moment|right away|"
        "straight away|immediately|currently sitting at|at this stage|in real time|real time"
    ),
    Sense.STILL: (
        "still|yet|anymore|any more|any longer|no longer|persist|persists|persisting|ongoing|"
        "continues to be|continue to be|as yet|continues|continuing|continue|remains to be|"
        "is still|carry on|carrying on|even now|to this moment|persistently"
    ),
    Sense.HAPPENED: (
        "sound|sounded|occurring|took place|happening|been any|ever had|has had|have had|did|was|"
        "were|had|been|has been|have been|happened|happen|occurred|occur|gotten|developed|"
        "develop|suffered|suffer|experienced|experience|any|there been|became|become|gone|went|"
        "show|showed|shown|see|seen|saw|come|came|ended up with|has gone|had any|have any|"
        "there any|been a|there a|did we|have we|has anyone|have they|did they|did anyone|"
        "did anybody|taken place|arose|arisen|arise|emerged|logged any|ever been|ever get|"
        "ever go|ever got|ever gone|ever reach|ever hit|turned|getting any|encountered|done so|"
        "occured|crop up|cropped up|come up at all|registered any"
    ),
    Sense.IS: (
        "is|are|does|do|isn't|isnt|he's|she's|hes|shes|looks|seems|has|have|they're|being|am|"
        "am i|is it|is he|is she|are they|does he|does she|does it|is there|are there|running a|"
        "currently has|currently is|currently in|actually is|do you see|she'll be|is that|is this"
    ),
    Sense.WHEN: (
        "when|at what time|what time|since when|from when|at which time|what hour|time of|onset|"
        "start|started|begin|began|starts|starting|begun|first time|at what point|moment|"
        "what o'clock|at what o'clock|o'clock was|what moment|which hour|at which point|"
        "clock time|how early|how late|since what time|from what time|from which time|"
        "when exactly|what exact time|exact time|the hour|time it happened|time that happened|"
        "set in|sets in|kick in|kicked in|came on|come on|commence|commenced|first noted|"
        "first noticed|first started|first became|first went|first dropped|first rose|first hit|"
        "first appeared|what time of day|whattime|timing|timings|timestamp|timestamps|time stamp|"
        "date and time|start and finish|start and end|began and ended|begin and end|"
        "start and stop|starts and ends|start time|start times|end time|from when until when|"
        "from when to when"
    ),
    Sense.HOW_LONG: (
        "how long|for how long|how many minutes|how many hours|what duration|duration|"
        "how much time|total time|length of time|time spent|how long did|how much of the|"
        "total minutes|cumulative time|cumulative|cumulatively|how many mins|how many hrs|"
        "time under|time below|time above|time over|how much of|what length of time|"
        "for what length|how lengthy|how prolonged|how much time in total|proportion of time|"
        "for how much time|duration of|combined time|in total how long|altogether how long|"
        "how long altogether|overall time|total duration|total number of minutes|total hours|"
        "number of minutes|number of hours"
    ),
    Sense.HOW_OFTEN: (
        "how often|how many times|how frequently|number of times|how many episodes|"
        "number of episodes|times|how many spells|how many dips|how many drops|how many separate|"
        "on how many occasions|how many occasions|number of occasions|how many instances|"
        "how many distinct|how many individual|how many different times|number of dips|"
        "number of spikes|how many spikes|how many runs|how many bouts|how many events|"
        "how many times over|how regularly|total episodes|total number of times|how many episode|"
        "number of separate|episode count|what number of"
    ),
    Sense.HOW_MANY: (
        "how many|number of|count|how much|count up|total count|what's the count|the count|"
        "a count|counts|sum of|total number|total number of|the number of|quantity of|tally|"
        "tally of|count of|count the"
    ),
    Sense.WHY: (
        "why|reason|what makes|what made|made up of|what drives|what s driving|driving|"
        "what is driving|behind|contribut*|account for|accounts for|explain|explains|break down|"
        "breakdown|composed of|what gives|which parameters|comes from|come from|because of what|"
        "due to what|responsible for|what's causing|what is causing|causing|cause|components|"
        "add up|adds up|made of|comprise*|where do|where does|what parameter|which parameter|"
        "what is behind|what lies behind|how come|scores points|giving points|scoring points|"
        "which ones score|where the points|where her points|where his points|where do her|"
        "where do his|breakdown of|splits|split|split of|broken down|component|contributor*|"
        "contributes|contributing|what is it that's making|what's making|what is making|"
        "making up|make up|makes up|what is giving|what's giving|what has she scored for|"
        "what has he scored for|scored for|scoring for|scores for|score for what|scored on|"
        "made up|earns|earning|earned|attribut*|accounting for|owing to|points from|points come|"
        "itemise|itemize|itemised|which vitals|which obs|which signs|which observations are|"
        "what observations are|whats driving|pushing up|pushing|what's pushing|"
        "where are the points|where is she scoring|where is he scoring|where's he scoring|"
        "where's she scoring|what for|add any|adding|adds|add to|how is the score|"
        "how was the score|how did she get|how did he get|reasons|lose points|losing points|"
        "what's behind|whats behind|derive*|arrive at|arrived at|from where|whence|where come|"
        "what is scoring|what's scoring|whats scoring|where it comes from|what she is scoring on|"
        "which bits|which bit|what bits"
    ),
    Sense.WHO: (
        "who|whom|whose|who's|whos|which patient|which patients|which one|which ones|"
        "what patient|what patients|which of them|which of my patients|which of the patients|"
        "which of these patients|which of our patients|which pt|which pts|which of these|"
        "which of those|which of our|which of my|which of you|which lady|which gentleman|"
        "which man|which woman|which person|which people|who else|whoever|which ones of|"
        "whichever|who among|who all|which individuals|every patient|each patient|patients who|"
        "patients with|those who|those with|whoever has|which client|which resident|"
        "which residents|everyone who|everyone with|people who|people with"
    ),
    Sense.WHICH_BED: (
        "which bed|which beds|what bed|what beds|which room|which rooms|which bedspace|which bay|"
        "which cubicle|which side room|bed number of|which bed number|what bed number|what room|"
        "what rooms|which beds are|beds with|beds that|which bed's|bed with|the bed with"
    ),
    Sense.ANYONE: (
        "anyone|anybody|any patient|any patients|any of them|any of my patients|"
        "any of the patients|any bed|any beds|everyone|everybody|all patients|all the patients|"
        "someone|somebody|any of the beds|in the ward|on the ward|the ward|ward|patients|beds|"
        "anyone's|unit|the unit|on the unit|my patients|our patients|these patients|floor|"
        "the floor|whole ward|this ward|bay|the bay|this bay|whole unit|this unit|side|our side|"
        "anyone on|anyone else|anybody else|my lot|my bay|our lot|our ward|my ward|our unit|"
        "all of my patients|all my patients|all our patients|all beds|all the beds|every bed|"
        "each bed|across the ward|ward-wide|wardwide|ward wide|the pts|people|roster|census|"
        "here on the ward|any one|somebody here|any pt|any pts|icu|itu|hdu|everyone's|"
        "everybody's|all of them|everyone here"
    ),
    Sense.FIRST: (
        "first|sickest|most urgent|most unwell|worst off|priority|prioritise|prioritize|"
        "most critical|most worrying|top priority|needs me|need me|needs attention|"
        "need attention|most at risk|highest risk|most unstable|least stable|worst|most concern*|"
        "go to|see first|attend|should i see|start with|begin with|round on|sicker|most serious|"
        "in most trouble|poorliest|poorly|deteriorating most|needs help|need help|most in need|"
        "triage|who next|most ill|illest|most severe|rank|order of urgency|where should i go|"
        "biggest worry|biggest concern|needs eyes|look at first|check first|check on|"
        "visited first|seen first|visit first|should i visit|ought to be visited first|"
        "sickest patient|who to see|see next|seeing first|needs me most|need me most|"
        "needs me first|need me first|attention first|attend first|attend to first|"
        "attended to first|urgently needs|most attention|in the worst shape|worst shape|"
        "in trouble|prioritised|prioritized|prioritizing|prioritising|in priority|in order of|"
        "start my round|top of the list|top of my list|worrying the most|the most unwell|"
        "most deranged|start my rounds with|call first|look in on|eyes on|sickest first|"
        "pecking order|most poorly|most sick|the worst one|worst patient|worst score|"
        "most dangerous|least well|who is worst|who's worst|sort|sorted|ranking|ranked|"
        "ranking of|prioritisation|worry about first|worried about first|worry about most|"
        "worry most|worries most|worried about most|most worried about|should i worry about|"
        "worries you most|should i be worried about|should be worried about|who should worry me|"
        "should concern me most|concern me most|concerns you most|causing most concern|"
        "needs seeing|need seeing|needs to be seen|need to be seen|who to go to|where to go|"
        "where do i start|where to start|where do i go|start from|begin my round|urgency|"
        "most acute|highest acuity|acuity|highest priority|biggest priority|first to see|"
        "to see first|to visit first|needs urgent|most immediate|running to|run to|heads first|"
        "going to first|deteriorating fastest|deteriorating the most"
    ),
    Sense.WORSE: (
        "worse|worsened|worsening|deteriorat*|sicker|going downhill|downhill|declin*|declined|"
        "getting worse|gotten worse|got worse|more unwell|less stable|poorer|less well|"
        "in a worse state|more ill|heading south|worser|gone downhill|gone off|slipping back|"
        "on the slide|on the decline|less good|less stable than|gone the wrong way|"
        "wrong direction|getting sicker|become sicker|deterior8ing|turn for the worse|tanking|"
        "going south|gone south|gone backwards|losing ground|more poorly|poorlier|got iller|"
        "sliding"
    ),
    Sense.BETTER: (
        "better|improv*|recover*|recovering|getting better|gotten better|got better|on the mend|"
        "picking up|healthier|perked up|less ill|turning the corner|bettered|on the up|brighter|"
        "stabler|more stable|gaining ground|turned a corner|turned the corner|over the worst|"
        "right direction|in a better state|getting well|on the way up|come good|looking up|"
        "recuperat*|feeling better|well than"
    ),
    Sense.DIFFER: (
        "in comparison with|in comparison to|as opposed to|set against|measured against|up from|"
        "down from|contrasted with|in contrast to|than it was|compare|compared|compares|"
        "comparison|comparing|versus|vs|relative to|against|difference|differ|differs|different|"
        "change|changed|changes|changing|trend|trending|trends|evolve|evolved|evolution|evolving|"
        "progress|progressed|progression|with respect to|than before|as before|course|going|"
        "moved|stack up|as against|as compared to|as compared with|in relation to|any change|"
        "any different|same as|the same as|unchanged|no different|trajectory|direction of travel|"
        "which way|heading|side by side|differed|differing|alter|alters|pattern|patterns|"
        "movement|move|moving|how much has it changed|tracked|tracking|track|varied from|"
        "developing|development|developments|delta|rate of change|beside|sit beside|stand beside|"
        "stack up against|measure up|weigh up against|line up with|alongside that"
    ),
    Sense.RISING: (
        "gone up|come up|coming back up|rising|climbing|increasing|going up|trending up|"
        "creeping up|trending upward|trending upwards|on the rise|coming up|edging up|moving up|"
        "heading up|getting higher|higher|faster|warmer|hotter|more tachycardic|more febrile|"
        "more hypertensive|on the up|upward|upwards|creep up|crept up|creeping|drifting up|"
        "trended up|ticking up|up-trending|uptrending|gone higher|going higher|on an upward|"
        "picked up speed|quicker|speeding up|sped up|brisker|been rising|been climbing|"
        "been going up|been increasing|edged up|inching up|shooting up|elevating|mounting|"
        "more tachypnoeic|greater"
    ),
    Sense.FALLING: (
        "come down|came down|gone down|falling|dropping|decreasing|going down|trending down|"
        "coming down|trending downward|trending downwards|settling|heading down|getting lower|"
        "lower|slower|colder|sinking|slipping|drifting down|drifting|creeping down|"
        "more hypotensive|cooler|subsiding|settled|softer|weaker|down-trending|downtrending|"
        "on the way down|coming off|drifting lower|drifted down|gone lower|going lower|easing|"
        "easing off|eased|crept down|been falling|been dropping|been going down|been coming down|"
        "been decreasing|trended down|ticking down|edged down|slowing|slowing down|slowed down|"
        "dwindling|diminish*|lessen*|reducing|tailing off|declining|smaller|on a downward|"
        "sliding down|abating|less tachycardic|less febrile|downward|downwards"
    ),
    Sense.THAN: (
        "than|compared to|compared with|on what it was|what it was|what they were|what he was|"
        "what she was|what his was|where it was|where she was|where he was|where they were|"
        "from what it was|from where it was|how it was|how he was|how she was|how they were|"
        "as it was|as they were|as he was|as she was|compared|as compared|in comparison"
    ),
    Sense.ALARM: (
        "ring|chirp|chirped|ding|dinged|alarm sound|alarm sounded|alarms sound|alarms sounded|"
        "alarm sounding|alarms sounding|alarm fire|alarm fired|alarms fired|alarm triggered|"
        "alarms triggered|alarm trigger|alarm ringing|set off|setting off|making noise|chiming|"
        "chimed|pinging|pinged|bleeping|blaring|alarm|alarms|alerts|alarming|alarmed|warning|"
        "warnings|monitor go off|going off|go off|went off|gone off|beep|beeping|beeped|"
        "notifications|bells|ringing|rang|alarm history|alarm log|alarm list|alarm count|"
        "goes off|sets off|alarms go|alarmed at|alarm calls|buzz|buzzed|buzzing|buzzer|bonging|"
        "bong|bing|binging|bleep|bleeps|beeps|alerted|alerting|dinging|noisy|notification|"
        "wailing|trip off|alert"
    ),
    Sense.OPEN: (
        "open|active|unacknowledged|acknowledged|outstanding|pending|unanswered|sounding|present|"
        "not acknowledged|unseen|live|unresolved|unacked|un-acknowledged|not been acknowledged|"
        "nobody has acknowledged|not yet acknowledged|unattended|uncleared|not cleared|still on|"
        "currently on|on right now|live now|in progress|not answered|ongoing|acked|unsilenced|"
        "not silenced|firing"
    ),
    Sense.PROTOCOL: (
        "have to be|has to be|call out|warrant|warrants|warranted|merit|merits|necessary|"
        "needs to be|need to be|oblige*|indicated|protocol|protocols|what does the score ask|"
        "response|escalat*|what should be done|what is required|required|recommended|recommend|"
        "recommends|recommendation|guideline|guidelines|how often should|observation frequency|"
        "frequency of observations|frequency of obs|monitoring frequency|how frequently should|"
        "ask for|asks for|asked for|call for|calls for|mandate*|call the doctor|call a doctor|"
        "call the team|tell the doctor|inform|notify|inform the doctor|let the doctor know|"
        "review frequency|trigger|triggers|demand*|what next|what's next|next step|next steps|"
        "what action|which action|what actions|what do i do|what must|what should i do|"
        "what am i supposed to do|supposed to|call the registrar|need a review|medical review|"
        "who should i call|who do i call|required response|how often do i need|how often must|"
        "should be observed|need to be observed|should i observe|should i check|recheck|re-check|"
        "next obs|next set|obs due|response level|level of response|response tier|"
        "response category|tier|frequency of observation|observations frequency|obs frequency|"
        "frequency of monitoring|guidance|pathway|policy|algorithm|sop|chart say|chart says|"
        "chart want|chart tell|chart tells|news chart|news2 chart|we have to do|have us do|"
        "want us to do|wants us to do|want me to do|wants me to do|what do we have to|"
        "do we have to|i have to do|i have to|we have to|what to do|to be informed|informed|"
        "who has to be|who needs to be informed|who must be|who to|who to call|who should be|"
        "who should be called|who should be told|who must i|who needs informing|"
        "who needs to know|who has to know|who do i tell|who do i inform|who do we|who do i need|"
        "who gets called|escalation|escalation level|clinical response|response required|"
        "meant to do|meant to|requirement|requires|require|dictate|dictates|tell us to do|"
        "tell me to do|tells us to do|tells me to do|says to do|say to do|say i do|say we do|"
        "says i do|says we do|actions|action required|actions required|how often does|"
        "what sort of review|what kind of review|what review|which review|what kind of response|"
        "what sort of response|what response|which response|correct response|"
        "appropriate response|standard response|what level|which level|entail|entails|"
        "prescribe by protocol|advised by news|news advise|news2 advise|news advice|news2 advice|"
        "bedside action|need escalating|needs escalating|expected by|obs interval|"
        "observation interval|how often are obs|how often are observations|repeat obs|"
        "repeat observations|next observations|observations due|review by|who has to come|"
        "kind of doctor|how frequent|want from us|wants from us|want from me|wants from me|"
        "want of us|ask of us|asks of us|expect of us|want done|wants done|news want|news2 want|"
        "does news want|protocol-wise|what are we supposed|supposed to be doing|"
        "what should we be doing|what should i be doing"
    ),
    Sense.MEASURED: (
        "recording|recordings|tracing|trace|measured|measure|measuring|checked|check|taken|take|"
        "took|recorded|record|charted|chart|documented|logged|done|obtained|assessed|reading|"
        "monitored|registered|captured|performed|got a reading|noted down|get a reading|"
        "have a reading|data for|data on|monitor|sent|counted|count his|measurement|measurements|"
        "assessment|assessments|checks|checking|tested|test|sampled|sample|picked up a reading|"
        "got any|took a|had taken|been doing|last set|last lot|written up|entered|inputted|"
        "put in|recorded values|listed|rechecked|repeated|acquired|read off|taking|auscultated|"
        "pricked|logged in|filed|came through|came in|in the system|on file|on the chart|"
        "obtainable|did a|done a|do a"
    ),
    Sense.MISSING: (
        "breaks|interruption|interruptions|interrupted|dropout|dropouts|drop out|drop outs|"
        "dropped out|blanks|blank|holes|hole|loss of signal|signal loss|lost the signal|"
        "dead time|blackout|blackouts|pauses|pause|cut out|cuts out|silences|silence in|"
        "stretch without|without any reading|without a reading|without readings|missing|missed|"
        "gap|gaps|not measured|not been measured|unmeasured|not recorded|lacking|lack|"
        "haven't got|hasn't been measured|outstanding observations|overdue|no data|without data|"
        "not been taken|not being measured|not been checked|hasn't been checked|"
        "hasn't been taken|isn't being measured|not monitored|not been recorded|incomplete|"
        "complete|absent|stopped sending|lost signal|disconnected|sensor off|out of date|"
        "outdated|out-of-date|stale|too old|not up to date|not current|need updating|"
        "needs updating|need doing|needs doing|not been done|still to be done|not yet measured|"
        "not yet taken|not yet done|yet to be|with no|no reading|no readings|nothing recorded|"
        "nothing charted|went without|gone without|go without|going without|without a|"
        "without any|without an|no values|no value|no measurement|no measurements|no record|"
        "nobody has measured|nobody has checked|nobody checked|left out|omitted|omission|"
        "omissions|skipped|lapse|lapses|unrecorded|unavailable|not available|not there|"
        "not on the chart|haven't we got|we don't have|don't we have|not got|haven't been done|"
        "haven't been taken|haven't been measured|hasn't been done|wasn't done|weren't done|"
        "wasn't taken|wasn't measured|wasn't recorded|weren't recorded|not done|not taken|"
        "not checked|not charted|not documented|not entered|still need|still needed|still needs|"
        "left to measure|left to do|left to take|to complete|incomplete set|off the chart|"
        "drop-out|drop-outs|offline|flatline|blind spot|no signal|no trace|quiet spell|"
        "not reading|off line|not picking up|not coming through"
    ),
    Sense.LAST_TIME: (
        "how many minutes since|how many hours since|minutes since|hours since|"
        "how many minutes ago|how many hours ago|how many mins since|how many mins ago|"
        "how much time has passed since|how long has passed since|how many minutes has it been|"
        "how many hours has it been|how many minutes have passed since|"
        "how many hours have passed since|how long has it been since|hours have gone by since|"
        "minutes have gone by since|when did we last|when did anyone last|when did someone last|"
        "last time|the last time|when last|last measured|last checked|last taken|last recorded|"
        "last charted|most recently|how old|how recent|how fresh|how recently|how stale|"
        "how long ago|how long since|how much time since|time since|how long has it been|"
        "how up to date|up to date|age of|last documented|last done|how long is it|"
        "when was the last|when were the last|when is the last|last time anyone|since anyone|"
        "since anybody|since someone|since we|since they|since somebody|since the last|"
        "since his last|since her last|since last|time of last|time of the last|last set of|"
        "last lot of|last time we|last time they|how many minutes old|how many hours old|"
        "how ancient|how out of date|how long ago did|how long ago was|how long back|"
        "how far back|when previously|when most recently|when lastly|last seen|when did someone|"
        "when did anyone|when did anybody|when did we|how long it's been|how long it has been|"
        "how long's it been|hours have passed|minutes have passed|how recently was|current as of|"
        "when's the last|whens the last|when last was|when was his last|when was her last|"
        "when was their last|when were his last|when were her last"
    ),
    Sense.NOTE: (
        "note|notes|wrote|written|noted|write|jotted|comment|comments|commented|mention|mentions|"
        "mentioned|nursing notes|documented about|entry|entries|progress notes|said about|"
        "report about|handwritten|nursing note|nursing entry|nursing entries|medical notes|"
        "the notes|free text|freetext|scribbled|memo|memos|remark|remarks|remarked|annotation*|"
        "written down|noting|mentioning|nurses' notes|nurse's notes|doctors' notes|any notes|"
        "jottings|journal|narrative|write-up|writeup|kardex"
    ),
    Sense.NORMAL: (
        "normal|ok|okay|fine|within limits|within normal limits|in range|in normal range|"
        "within range|stable|alright|all right|good|acceptable|unremarkable|steady|wnl|safe|"
        "controlled|under control|adequate|healthy|satisfactory|well|in limits|inside limits|"
        "inside the limits|in the normal range|normal range|within the normal range|"
        "in normal limits|as it should be|where it should be|where they should be|on target|"
        "in target|in the target range|up to scratch|unproblematic|reasonable|decent|"
        "nothing abnormal|fair|okey|okay then|behaving itself|level and steady|in the green|"
        "in bounds|within bounds|non-concerning|benign|as expected|settled and stable"
    ),
    Sense.NOT: (
        "not|no|never|without|neither|nor|none|nothing|hasn't|haven't|didn't|wasn't|weren't|"
        "isn't|aren't|free of|don't|doesn't|hasnt|havent|didnt|wasnt|isnt|hadn't|except|"
        "excluding|apart from|other than|unless|nothing's|besides|but not|rather than|instead of|"
        "hardly|barely|scarcely|rarely|seldom|nearly|almost|never once|not once|ain't|cant|dont|"
        "doesnt|arent|havnt|hadnt|werent|outside of|nobody|no one|noone"
    ),
    Sense.CONDITION: (
        "how is|how are|how's|how was|how has|hows|condition|doing|state|status|picture|"
        "situation|overview|summary|summarise|summarize|update|unwell|ill|sick|going on|up with|"
        "how did|how does he look|how does she look|how do things look|how are things|"
        "how's things|how is it going with|where are we with|what's happening with|"
        "whats happening with|what's the story|what's new|anything new|anything i need to know|"
        "rundown|run down|run-down|snapshot|recap|brief|briefing|at a glance|big picture|"
        "where is he at|where is she at|where's he at|report on|how well is|full picture|"
        "clinical status|how did he do|how did she do|how has he been|how has she been|how he is|"
        "how she is|how are his obs|getting on|faring|fared|holding up|been up to"
    ),
    Sense.QUERY: (
        "remind me|any way to know|can we tell|could we know|say whether|just checking|what|"
        "what's|whats|which|tell me|show me|give me|i want to know|i need|i'd like to know|"
        "let me know|do you know|do we know|could you|can you|please|list|find|display|read me|"
        "any idea|wondering|i wonder|i'm wondering|whether|if|how|what're|what've|i need to see|"
        "i want to see|i'd like to see|tell us|what about|how about|what would be|"
        "is it true that|is it the case that|is it so that|i was wondering|was wondering|"
        "wanting to know|would like to see|like to see|i'd like|do you have|how big|how large|"
        "how wide"
    ),
}
