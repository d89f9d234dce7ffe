"""Words that change nothing about what an English question asks."""

from collections.abc import Mapping

from inference.language.questions.notions import Sense

HARMLESS: Mapping[Sense, str] = {
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
    Sense.PATIENT: (
        "he|she|him|her|his|hers|patient|patient's|the patient|pt|this patient|gentleman|"
        "lady|mr|mrs|ms|he's|she's got|bloke|chap"
    ),
}
