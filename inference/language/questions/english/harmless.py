"""Words that change nothing about what an English question asks.

Nothing stands here that could turn a question round: no denial, no condition, no measure of degree.
"""

from collections.abc import Mapping

from inference.language.questions.notions import Sense

_AWAY = (
    "i was on my break|while i was on my break|on my break|on break|on a break|"
    "while i was away|while i was out|when i was away|when i was out|while i was off|i was away|"
    "i was out|i was off|i stepped out|stepped out|i missed it|just back|got back|"
    "while i was on break|when i was on break|when i was on my break|when i was at lunch|"
    "while i was at lunch|meanwhile|when i came back|since that|while i was busy|when i was busy|"
    "since breakfast|since lunch|since dinner|since tea|since supper|since my break|after lunch|"
    "after breakfast|after dinner|before lunch|before breakfast|before dinner|since i left|"
    "since i went|since theatre|since surgery|since the operation|since extubation|"
    "since the procedure|after surgery|since the doctor came|since we gave|since i gave|"
    "after the dose|after paracetamol|after the fluids|since the fluids|since the bolus|"
    "after the bolus"
)

_POLITE = (
    "ma'am|maam|sir|madam|dear|my dear|sweetheart|darling|honey|folks|if you don't mind|"
    "if you do not mind|if possible|if you can|if you could|if you would|if i may|"
    "if it's not too much trouble|if it's no trouble|if it isn't too much bother|"
    "too much trouble|too much bother|if you have it|if you have one|if we have it|"
    "if you have a moment|if you have a minute|if you have time|if available|if any|"
    "if there is one|if there was one|if there are any|if known|if at all possible|if that's ok|"
    "if that's okay|if that's alright|when you have a moment|when you have a minute|"
    "when you get a chance|when you can|if you please|forgive|forgive me|forgive my asking|"
    "excuse|excuse me|apologies|pardon|pardon me|bother|bother you|trouble you|to trouble you|"
    "disturb|disturb you|sorry to|so sorry|much appreciated|appreciated|appreciate|grateful|"
    "be grateful|most grateful|obliged|much obliged|be so kind|so kind|kind|kind enough|"
    "be good enough to|be kind enough to|many thanks|thanks a lot|thanks in advance|"
    "thanks so much|thank you very much|thank you so much|bless you|have a good shift|a favour|"
    "do me a favour|favour|favor|hope you are well|hope you're well|nice to meet you|greetings|"
    "good day|evening all|dear system|dear sereno|sereno|hiya|heya|yo|howdy|morning all|g'day|"
    "cheers mate|ta|would you mind|would you be so kind|would you be so kind as to|"
    "would you be able to|would you be able to tell me|would you kindly|would you please|"
    "would you tell|would you say|would you know|would you happen to know|would you show|"
    "would you give me|would you check|would you look|would you let me know|would you have|"
    "would you remind me|would it be possible|would it be possible to|is it possible to|"
    "be possible|be possible to|possible|would like|would love|would like to know|i would|i'd|"
    "i'd love|i'll need|i'll have|i'll take|i will need|i should like|i should be|"
    "should like|should be grateful|will you tell|will you show|will you give me|will you check|"
    "will you please|will do|could do with|might i ask|might i|might i know|may i ask|may i know|"
    "may i have|may i see|may i get|may i check|may i please|can i see|can i have|can i get the|"
    "can i get his|can i get her|can i get a|can i get|can i know|can i ask|can i check|"
    "can i please|can i just|can i look|can i view|can i trouble you|can we see|can we get|"
    "can we have|can we know|can we check|can we look|could i see|could i have|could i get|"
    "could i ask|could i know|could i check|could i please|could i just|could i trouble you|"
    "could we see|could we get|could we have|could we check|could we look|shall we see|do tell|"
    "do let me know|do i have|do we have|do i know|do we see|do i see|do they have|"
    "must have|must be|any chance of|any chance you|any chance i|"
    "any chance you could|any chance we|any chance|by any chance|is there any way|any way of|"
    "any possibility|happen to know|happen to have"
)

_SPEECH = (
    "um|uh|er|erm|uhm|hmm|eh|oh|ah|aha|lol|haha|innit|huh|po|na|ba|abeg|abi|biko|oo|wey|dey|yeah|"
    "yep|yup|well now|listen|so yeah|anyhow|anyway|anyways|basically|literally|honestly|frankly|"
    "obviously|simply|specifically|particularly|especially|namely|respectively|precisely|i mean|"
    "you know|you see|or so|or something|or thereabouts|or not|or not yet|or no|or what|"
    "or otherwise|yes or no|yes/no|and if so|if so|and so on|etc|asap|urgently please|"
    "like i said|as i said|as usual|as always|as ever|as well|too|at all|one more thing|"
    "one more question|another question|quick one|quick q|last thing|last question|"
    "just a quick one|first of all|firstly|secondly|by the way|btw|fyi|for me|for us|"
    "long story short|to be honest|tbh|tho|so that|because i|right so|so right|ready|"
    "go ahead|over to you|hang on|just a sec|one sec|half asleep|typing|autocorrect|spelling|"
    "excuse spelling|new here|i'm new|i'm new here|first day|only learning|i'm a student|"
    "as a student|student|for my essay|for my assignment|got bleeped|been bleeped|was bleeped|"
    "got paged|was paged|been called about|was called about|on earth|pray|sorry but|right then|"
    "all good|no worries"
)

_ASKERS = (
    "mentor|preceptor|supervisor|tutor|boss|matron|sister|registrar|reg|sho|houseman|"
    "house officer|intern|resident|attending|staff nurse|the nurse|night nurse|day nurse|"
    "night staff|day staff|colleagues|student nurse|nursing student|bank nurse|agency nurse|hca|"
    "wife asks|husband asks|family wants|family want|family is asking|family are asking|"
    "family asks|family asked|family keep asking|relatives are asking|relatives want|"
    "the family wants|daughter asks|daughter asked|son asks|daughter wants|consultant wants|"
    "consultant asks|consultant asked|consultant is asking|consultant needs|the consultant wants|"
    "the consultant asked|doctor wants|doctor asks|doctor asked|physio here|physio asks|"
    "physio wants|physio asked|dietitian here|dietician here|dietitian asks|pharmacist asks|"
    "pharmacist here|pharmacy here|ot here|cover|covering|i'm covering|just started|taking over|"
    "i'm taking over|took over|just took over|i'm on|i'm on nights|handover|hand over|"
    "handing over|for handover|handing over now|at handover|for the handover|for the ward round|"
    "for the round|before the ward round|before ward round|on the ward round|ward round|"
    "for my notes|for the notes|for my records|for the record|for the chart|for my report|"
    "for my handover|for the doctor|for the team|sbar|for sbar|paperwork|documentation|audit|"
    "my list|my sheet|before i go|before i ring|before i call|before i phone|before my break|"
    "before i sit him out|before i sit her out|before i get him up|before i get her up|"
    "before i mobilise him|before i see him|before i see her|before i go in|before theatre|"
    "before physio|before i hand over|before rounds|so many to look after"
)

_ASKS = (
    "asked|asks|asked me|was asked|been asked|asking about|wants|wanted|wants me to|wants us to|"
    "need to know|needs to know|like to know|love to know|curious|curious whether|interested|"
    "interested in|interested to know|keen to know|keen to see|trying|trying to find|"
    "trying to find out|trying to see|trying to work out|trying to establish|"
    "trying to understand|establish|determine|confirm|verify|clarify|identify|specify|indicate|"
    "provide|supply|report|retrieve|fetch|quote|name every|name all|name the|name each|name any|"
    "describe|outline|share|pull up|pull|pull out|dig out|dig up|look up|look through|"
    "look inside|look into|look in|look at|look for|looked|bring up his|bring up her|"
    "bring up the|put up|go through|going through|going by|search|search for|search through|"
    "searching|scan through|scan the notes|check if|check whether|check for|double check|"
    "double-check|give|giving|gave|gives|run me through|run through|talk me through|"
    "walk me through|take me through|fill me in|bring me up to speed|catch me up|update me|"
    "update me on|work out|figure out|point me to|point me at|help me|help us|learn|"
    "to learn|learning|understand|understand whether|discover|inquire|enquire|enquiring|"
    "inquiring|query|remind|reminder|told|tell|telling|thought|think|guess|assume|notice|noticed|"
    "remember|recall|forgot|forgotten|wonder|wondered|hoping|hope|hoping to|i hope|i take it|"
    "i gather|i gathered|i hear|i heard|i understand|i see|i believe|i suppose|i guess|i presume|"
    "presume|presumably|don't suppose you know|i don't suppose|i don't suppose you know|"
    "don't suppose|i don't know|i do not know|don't know|do not know|not sure|i'm not sure|"
    "not sure if|not sure whether|can't remember|i can't remember|cannot remember|can't find|"
    "i can't find|can't see|i can't see|couldn't see|didn't catch|i didn't catch|have no idea|"
    "no idea|do not remember|don't remember|no need to|without having to|don't worry|never mind|"
    "not urgent|no rush|why not tell me|wish|wish to|wish to have|wish to know|wish to see|"
    "i'm after|after the|furnish|furnish me|attained|attain|account|on what account|in need of|"
    "after his|after her|i require|fancy|mind telling me|mind checking|mind showing me|"
    "do you mind|would appreciate|am looking for|looking for|i'm looking for|to see|to know|"
    "to hear|to find out|advise me of|inform me|inform me of|inform me whether|notify me of|"
    "enlighten me|acquaint me|apprise me|keen|be keen|be keen to know|be good to know|"
    "good to know|be useful to know|be helpful to know|useful|helpful|be nice to know"
)

_LINKS = (
    "plus|along with|together with|alongside|including|include|includes|also|either|via|through|"
    "regarding|with regard to|with regards to|in regard to|in terms of|when it comes to|"
    "as regards|as for|as to|as per|as far as|according to|based on|base|given|judging by|by the|"
    "upon|onto|across|among|amongst|between|towards|toward|em|'em|whereabouts|whereas|whilst|"
    "although|even though|that's|that is|there's|there is|there are|it's|it is|i'm|i am|i've|"
    "i have|we've|we have|you've|you have|we're|we are|you're|he'd|she'd|he has|she has|they've|"
    "who've|what'd|who'd|we'd|you'd|here's|that've|there've|that'd|it'd|where's|this's|by whom|"
    "of whom|of which|in which|at which|for which|on which|in whom|who is it|him or her|"
    "he or she|his or her|himself|herself|themselves|itself|oneself|yours|ours|hers|any of|"
    "part of|all of|none the less|nonetheless|however|therefore|hence|thus|moreover|besides that|"
    "similarly|likewise|then|next up|per news|per the|wise|news wise|of this|of that|and if|"
    "in case|in fact|in particular|in detail|in short|at what|to what|from what|for what|by what|"
    "as well as|both of|of each|each of|both the"
)

_THINGS = (
    "word|words|text|texts|section|part|parts|page|sheet|list of|table of|file|files|folder|"
    "folders|system|computer|app|tablet|occasion|occasions|instance|instances|incident|incidents|"
    "occurrence|occurrences|interval|intervals|measurement of|set of|sets of|one set|channel|"
    "leads|limit|limits|threshold|thresholds|cut-off|cutoff|cut off|mark|line of|alarm limits|"
    "usual limits|usual limit|margin|case|cases|item|items|entry for|detail|details|info|"
    "information|data|data point|data points|fact|facts|history of it|log|logs|observation|"
    "score sheet|chart's|charts|graph|graphs|plot|figure for|digits|decimal|units|unit of|mm|"
    "mercury|millimetres|millimeters|of mercury|kpa|a minute|"
    "per min|beats a minute|lasting for|in duration|length|amounts|quantity|"
    "quantities|extent|size|big|large|small|huge|tiny|whole lot|lot|lots|couple|few|several|"
    "various|different ones|separate|separately|distinct|single one|own patient|named patient|"
    "individual|someone like him|elderly|old|young|older|frail|new patient|new admission|"
    "newly admitted|post op|post-op|postop|surgical patient|baba|papa|grandpa|granny|grandma|"
    "auntie|uncle|mama|mum's|mum|dad|nan|madam's|gent|gents|ladies|gentlemen|guy's|man's|woman's|"
    "lad|lass|girl|boy|fella|fellow|client|resident's|client's|casualty|pts|pt's|stretch|"
    "stretches|parameter|spot|type|timeframe|span|duration of stay|final few|bunch|"
    "volume"
)

_DOINGS = (
    "having|makes|making|said|says|saying|seem|appear|appears|appeared|appearing|"
    "becomes|becoming|stand|stands|standing|stood|lie|lies|lying|lay|sits|live at|work|"
    "works|working|use|using|used|found|finding|finds|cross check|sending|"
    "picks up|coming through|come through|comes through|"
    "registering|shows|appears to be|seems to be|tend|happens|going on with|go on with|"
    "gone through|begins|remaining|concerned with|related|relating|relate|relates|belong|belongs|"
    "ask you|deal|dealing|dealt|handle|handled|keeps|keep on|kept on|has to|had to|have to say|"
    "care for|to look after|i look after|i've got|we've got|we got|under my care|"
    "in my care|on my list|on my side|assigned|assigned to me|allocated|allocated to me|"
    "mine today"
)

_TIMES = (
    "already|just now please|thus far|hitherto|finally|eventually|in the end|to begin with|"
    "at first|at last|in between|in that time|in this time|at that time|at that point|"
    "at the time|during that time|over that time|over this time|in that period|over that period|"
    "in this period|during this period|since that time|all this time|the while|in all|sharp|"
    "on the dot|recent past|point in time|any one time|one time|time frame|timeline|"
    "clock|on the clock|hrs|hourly figures|dated|time of day|o clock|plus time|with time|"
    "with times|in the course of|over the course of|during the course of|by the window|"
    "by the door|next to the window|readout|read-out|refer|refer to|refers to|referring to"
)

_COMMON = (
    "monitoring|issue|issues|screen|machine|probe|sensor|all the time|whole time|"
    "the whole time|entire time|the entire time|ended up|able|read|reads|showing|instead|though|"
    "still to|actually been|mate|love|guys|team want|because|left|"
    "ever again|go|went to|far|earlier|getting|gentleman's|lady's|any luck|perhaps|maybe|"
    "possibly|do you happen to know|happen to|please tell|kindly|hold on|wait|round|"
    "rounds|wants to know|relative|daughter|son|wife|husband|doc|got|get|gets|hello|"
    "hi there|good morning|good evening|good afternoon|good night|hey there|thanks|thank you|"
    "cheers|at any point|at any time|at some point|at some stage|at any stage|in total|overall|"
    "altogether|all in all|so far|the|a|an|of|in|on|at|to|for|from|with|by|and|or|"
    "they|it|their|theirs|them|its|this|that|these|those|there|here|me|my|mine|i|we|us|our|you|"
    "your|patients'|person|man|woman|guy|bed|room|so|but|as|be|just|really|actually|exactly|"
    "ever so|about|around|approximately|roughly|during|over the|within|while|"
    "in the|on the|of the|at the|for the|level|levels|rate|rates|value|number|figure|"
    "result|results|much|many|some|one|ones|again|now and then|quite|very|rather|bit|"
    "a bit|a little|little|kind of|sort of|even|own|per|minute|percent|%|degrees|celsius|"
    "c|mmhg|mg|dl|hour|hours|minutes|mins|day|days|o'clock|want|need|needed|needs|know|look|"
    "looking|looks like|like|sign|single|episode|episodes|spell|spells|bout|bouts|event|events|"
    "time|period|window|hi|hey|ok so|well then|out|off|into|since then|until now|up to now|"
    "up till now|till now|hold|holds|keep|sit|sitting|run|running|ran|point|points of|out of|"
    "most|long|total|worst one|each|every|both|two|other|others|next|previous|"
    "before|after|ago|back|same|way|thing|anything|something|s|t|re|ve|d|ll|m|let|lets|let's|put|"
    "make|made|turn|turns|set|sets|his/her|whole|entire|all|full|monitor's|monitors|"
    "device|devices|bedside|please can|sorry|quick|quickly|question|briefly|real|true|"
    "correct|right|sure|certain|bring|brought|find out|answer|ask|asking|reckon|suppose|believe|"
    "hear|heard|say|where|readings of|worth|amount|nurse|doctor|dr|colleague|team|"
    "tends|tended|behave|behaved|behaving|manage|managed|managing|maintain|maintained|"
    "maintaining|average of|mean of|beginning|end|ending|finish|stop|"
    "lasted|last for|lasting|spent|spend|spending|went on|goes on|ran for|can|"
    "may|might|would|could|trouble|problem|problems|concern|concerns"
)

_WHOM = (
    "he|she|him|her|his|patient|patient's|the patient|pt|this patient|gentleman|lady|mr|mrs|"
    "ms|she's got|bloke|chap|he'd been|she'd been|the pt|my pt|my patient|our patient|"
    "the guy|the man|the woman|the lady|the gentleman|this man|this lady|this woman|"
    "this gentleman|that man|that lady|old boy|old lady|old man"
)

_KINDS = (_POLITE, _SPEECH, _ASKERS, _ASKS, _LINKS, _THINGS, _DOINGS, _TIMES, _COMMON)
HARMLESS: Mapping[Sense, str] = {
    Sense.ASIDE: _AWAY,
    Sense.FILLER: "|".join(_KINDS),
    Sense.PATIENT: _WHOM,
}
