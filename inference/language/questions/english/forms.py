"""How English sentences are built that ask for advice, a cause, a lesson, or for what was done."""

import re
from collections.abc import Mapping

from inference.language.questions.notions import Form, one_of

_WE = r"(?:i|we|one|you|someone|anyone)"
_THEY = r"(?:he|she|they|it|him|her|them|the patient|pt|dad|mum|mom|this (?:man|lady|patient))"
_OURS = r"(?:he|she|they|his|her|their|him|them|it|its|the|this|that|these|those|my|our|i|we|you)"
_FAIR = (
    r"(?:ok|okay|alright|all right|safe|safer|fine|wise|wiser|reasonable|sensible|advisable"
    r"|appropriate|acceptable|prudent|necessary|premature|ready|fit|suitable|clear"
    r"|cleared|happy"
    r"|(?:well|stable|strong|good|old) enough|too (?:early|soon|late|risky|unwell"
    r"|unstable))"
)
_ACT = r"(?:do|give|start|treat|manage|handle|approach|use|try|choose|pick|suggest|advise|prefer)"

# Of which what is measured is asked as well: "how often do they desaturate".
_LIKE_COUNSEL = (
    r"\bclear (?:if|that|whether) (?!me\b|us\b|what\b)\w",
    r"\b(?:when|how (?:soon|quickly|fast|often|much|long)) do (?:he|she|they|it)\b",
    r"\bbefore (?:he|she|they|it) (?:is|gets?|goes)\b",
    (
        r"\b(?:which|what) is the best (?:saturation|sats?|spo2|temperature|temp)"
        r" (?:today|tonight|overnight|yesterday|so far)\b"
    ),
)
_COUNSEL = (
    rf"\b{_FAIR} (?:for {_THEY} )?to (?!(?:know|see|ask|tell|say|look|read)\b)\w",
    rf"\b{_FAIR}(?<!clear) (?:for|if|that|whether) (?!me\b|us\b|what\b)\w",
    r"\bclear for (?!me\b|us\b|what\b)\w",
    r"\b(?:is|be|was|it's|its) (?:it )?(?:not )?worth\b|^worth \w",
    (
        r"\b(?:any|your|some|have you|got any) (?:\w+ )?(?:thoughts?|advice|suggestions?|tips?"
        r"|recommendations?|opinions?)\b|\bany ideas? (?:on|how|what to)\b"
    ),
    r"\b(?:advice|thoughts|suggestions|opinions?) (?:please|on|about|for|re)\b",
    (
        rf"\b(?:what|how)(?: else| more| much| often)? (?:would|do|will|shall|should|can"
        rf"|could|might"
        rf"|must) {_WE} {_ACT}\b"
    ),
    (
        r"\b(?:which|what)\b(?: \w+){0,3} (?:is|are|would be|works?|seems?) (?:the )?(?:best"
        r"|better|safest"
        r"|safer|first[ -]line|most (?:appropriate|suitable|effective)|preferable|preferred"
        r"|right|wiser)\b"
        r"(?! (?:today|now|than)\b)"
        r"(?! (?:saturation|sats?|spo2|temperature|temp)"
        r" (?:today|tonight|overnight|yesterday|so far)\b)"
    ),
    (
        r"\b(?:is|are|would)\b(?: \w+){1,5} (?:needed|indicated|warranted|advisable|justified"
        r"|worthwhile)\b"
    ),
    rf"\b(?:plan|do|happens?|next) (?:if|whether|when|should) {_OURS}\b",
    (
        r"\b(?:when|how (?:soon|quickly|fast|often|much|long)) (?:can|could|may|might|shall"
        r"|should|must"
        r"|ought|do) (?:i|we|he|she|they|it)\b(?! (?:last|have|see|know)\b)"
        r"(?<!do he)(?<!do she)(?<!do they)(?<!do it)"
    ),
    rf"\bwhen (?:is|would) (?:it|{_THEY}) (?:be )?{_FAIR}\b",
    (
        r"\b(?:at )?what (?:point|level|stage|threshold|reading|rate|value) (?:do|should"
        r"|would|must|shall)"
        r" (?:i|we|you|one)\b"
    ),
    (
        r"\bhow (?:worried|concerned|bad is (?:this|that|it)|serious is|dangerous is|urgent"
        r" is)\b"
    ),
    (
        r"^(?:(?:so|and|but|then|please|hi|hello) )*(?:can|could|may|might|should|shall|must"
        r"|would) (?:the|his|her"
        r"|this|that|those|these|my) (?!computer|system|record|chart|monitor|nurse|doctor)\w"
    ),
    (
        r"^(?:(?:is|would) (?:he|she|it)(?: be)? )?(?:better|best|safer) (?:in|on|off|with|at"
        r"|here|there|as|to|by)"
        r"\b.* or "
    ),
    r"^to (?!be\b|date\b|day\b|night\b)\w+",
    rf"\b{_THEY} (?:\w+ly |might |may )?needs? (?:an?|to|some|more|another|the)\b",
    (
        r"(?<!booked )(?<!listed )(?<!waiting )(?<!scheduled )(?<!planned )(?<!down )\bfor"
        r" (?:home|discharge"
        r"|transfer|theatre|itu|icu|hdu|the unit|step-?down)(?: (?:today|tomorrow|now|tonight"
        r"|yet))?\s*\?*$"
    ),
    (
        r"\b(?:til|till|until) (?:i|we|he|she|they|it) (?:can|could|may|is|gets?|goes|will)\b"
        r"|\bbefore (?:i|we|he|she|they|it) (?:can|could|may|will)\b|\bbefore (?:i|we) (?:is|go)\b"
    ),
    r"\b(?:let|leave|keep|get) (?:him|her|them) \w+(?: \w+){0,4} (?:or|rather than) ",
)
_CAUSE = (
    (
        r"\b(?:what|whats|what's|what has|what could|what might|what would)(?: \w+){0,2}?"
        r" (?:causing|behind"
        r"|driving|triggering|triggered|brought on|bringing on|explains|led to|leading to|to"
        r" blame for"
        r"|accounts? for|responsible for|underlying)\b"
    ),
    (
        r"\b(?:what|whats|what's|what is|what has|what could) (?:be )?(?:making|made|make"
        r"|makes|keeping"
        r"|keeps) (?:him|her|them|his|the|it)\b"
    ),
    r"\b(?:how come|what's the reason|what is the reason|what reason|what for)\b",
    r"\b(?:down to|because of|secondary to|due to) (?:the|his|her|an?)\b",
)
_NOUNS = (
    r"(?:signs?|symptoms?|causes?|types?|stages?|complications?|side[ -]effects?|adverse"
    r" effects?"
    r"|contraindications?|interactions?|indications?|mechanism|half[ -]life|definition"
    r"|meaning"
    r"|risk factors?|treatments?|features|grades)"
)
_LIKE_LESSON = (
    (
        r"\bdifferences? between (?:an? )?(?!his\b|her\b|the\b|today|yesterday|now\b|this\b"
        r"|last\b|\d)\w"
    ),
    (
        rf"\bhow (?:do|does|is|are|can) (?!{_OURS}\b|patient|bed|things)(?:\w+"
        rf" ){{1,4}}?differ\b"
    ),
)
_LESSON = (
    (
        rf"^(?:(?:so|and|please|can you|could you|tell me|give me|list|name|what|whats|what's"
        rf"|is|are|the"
        rf"|common|main|typical|early|usual|classic|first|red flag) )*{_NOUNS} (?:and \w+"
        rf" )?(?:of|for|with"
        rf"|between) (?!{_OURS}\b|bed\b|patient\b|fever|desat|tachy|brady)\w"
    ),
    (
        rf"\bhow (?:do|does|is|are|can) (?!{_OURS}\b|patient|bed|things)(?:\w+"
        rf" ){{1,4}}?(?:work|works|act"
        r"|used|treated|diagnosed|measured|calculated|given|made|spread|affect"
        r"|(?<!at )present)\b"
    ),
    (
        rf"\bwhat (?:does|do) (?:an? )?(?!{_OURS}\b|news|score|score|chart|note|notes"
        rf"|protocol|doctors?)"
        r"(?:\w+ ){1,3}?(?:do|mean|treat|stand for|cause|involve|look like|feel like)\b"
    ),
    (
        rf"\b(?:what (?:is|are)|what's|whats) (?!{_OURS}\b)(?:\w+ ){{1,2}}?(?:for|used for"
        rf"|made of|good for"
        r"|used in)\s*\?*$"
    ),
    (
        r"\b(?:what (?:is|are)|what's|whats|define|explain|definition of|meaning of) (?:an? )?"
        r"(?:\w+ ){0,2}?(?:\w{2,}(?:itis|osis|aemia|emia|opathy|plegia|ectomy|oma|pnea|pnoea"
        r"|algia"
        r"|cardia|sepsis|otension|ypertension|oxia|pyrexia)|sepsis|\w+ (?:syndrome|disease"
        r"|disorder"
        r"|failure|embolism|thrombosis|fibrillation|flutter|block|shock|arrest))\s*\?*$"
    ),
    (
        r"\bnormal (?:\w+ ){0,3}(?:in|for) (?:an? )?(?:\w+ )?(?:adults?|child|children"
        r"|bab(?:y|ies)"
        r"|toddlers?|pregnan\w+|copd|elderly|wom[ae]n|m[ae]n|people|patients)\b"
    ),
    (
        r"\b(?:guidelines?|evidence|literature|studies|research|textbook|trial) (?:for|on"
        r"|about|says?|of)"
        r" (?!his|her|the)"
    ),
)
_TOPICAL = (
    (
        r"\b(?:tell (?:me|us) (?:more |something |a bit |all )?about|explain|talk (?:to me"
        r" )?about|teach"
        r"|describe|what do you know about|info(?:rmation)? (?:on|about)|facts about)\b"
    ),
    (
        r"\bnormal (?:\w+ ){1,3}(?:range|levels?|values?|limits?)\b|\brange (?:of|for)"
        r" normal\b"
    ),
)
_ADDRESSED = (
    (
        r"\b(?:are|were|aren't) you (?!sure|able|certain|aware|showing|recording|getting"
        r"|seeing|reading"
        r"|picking|still|measuring)\w"
    ),
    (
        r"\bdo you (?:ever|like|love|hate|enjoy|want|feel|sleep|eat|dream|get|work|speak"
        r"|believe in|wish"
        r"|run|understand)\b(?! (?:the|his|her|any|a)\b)"
    ),
    (
        r"\byour (?:job|work|name|age|creators?|makers?|developers?|owner|boss|model|training"
        r"|brain|mind"
        r"|feelings?|life|birthday|family|version|purpose|limits|limitations|memory|company"
        r"|password)\b"
    ),
    (
        r"\byourself\b|\b(?:you're|you are|ur) (?:an? |so |the |very |really |just )*(?:great"
        r"|best|star"
        r"|useless|stupid|clever|amazing|lifesaver|bot|machine|robot|model|ai|brilliant"
        r"|rubbish)\b"
    ),
    r"\bcan you (?:speak|sing|dance|cook|drive|code|program|play|write|draw|love|think)\b",
)
_HIDDEN = (
    r"(?:prompt|instructions?|rules?|guidelines?|configuration|config|setup|set-up"
    r"|context|policy"
    r"|policies|constraints|directives?|guardrails?|programming|system message|preamble"
    r"|settings"
    r"|restrictions|safety|filters?|orders)"
)
_ORDER = (
    (
        r"\b(?:drop|abandon|break|discard|dump|echo|leak|expose|recite|divulge|bypass|skip"
        r"|violate"
        r"|set aside|leave aside|put aside|stop following|do not follow|don't follow"
        r"|paraphrase|summari[sz]e"
        r"|translate|output|spell out|give me|show me|tell me|list|what are|what were|what is"
        r"|what's)"
        rf" (?:all |any |out )*(?:your|the|these|those) (?!(?:\w+ )?alarms? {_HIDDEN}\b)"
        rf"(?:(?:\w+) ){{0,2}}{_HIDDEN}\b(?! of"
        rf" the ward)"
        r"(?<!the guidelines)(?<!the settings)(?<!the policy)(?<!the orders)(?<!the guideline)"
    ),
    r"\b(?:from|as of|starting) (?:this|now|here|today)(?: \w+)?(?: on| onwards?)?,? you\b",
    (
        r"\byou (?:are|have|can) (?:now |no (?:rules|limits|restrictions)|unrestricted|free"
        r" to|anything)"
    ),
    r"\bnew (?:rules?|orders?|task|role|persona)\b ?(?::|is|are|for you)",
    (
        r"\b(?:above|before|preceding|previous|earlier) (?:this|these|my) (?:line|message"
        r"|text|words?"
        r"|question|sentence)\b"
    ),
    (
        r"\b(?:you will|you shall|you must|you have to|you should|you may) (?:now|only|always"
        r"|never|answer"
        r"|say|reply|respond|act|be)\b"
    ),
    r"\b(?:let's|lets|let us|we will|we'll) (?:play|pretend|imagine|roleplay|role-play)\b",
    r"\b(?:decode|decrypt|deobfuscate|unscramble|rot13|rot-13|execute|eval)\b",
)
_FACT = (
    (
        r"\b(?:is|are|was|were) (?:\w+ ){1,3}?(?:still |currently |already )?(?:on|getting"
        r"|having"
        r"|receiving|taking|running|connected|prescribed|booked|planned|scheduled)\b(?!"
        r" theatre)"
    ),
    (
        r"\b(?:has|have|had|hasn't) (?:\w+ ){0,4}?(?:had|been|got|gone|taken|received"
        r"|finished|started"
        r"|come|stopped|given|changed)\b"
    ),
    (
        r"\b(?:did|was|were) (?:\w+ ){1,4}?(?:get|have|take|receive|given|started|stopped"
        r"|changed|done"
        r"|administered|put up|finish|finished|say|decide)\b"
    ),
    r"\b(?:is|are|was|were) (?:he|she|they|his|her|the|there|any)\b",
    (
        r"\bwho (?:\w+ )?(?:\w+ed|gave|put|took|did|made|saw|wrote|spoke|told|came|has|set"
        r"|cut|drew|sent)\b"
    ),
    r"\bhow many (?:days|weeks|months|years)\b|\b(?:spoke|spoken|talked) (?:to|with)\b",
    r"\bany (?:word|news) (?:from|on|about|of)\b",
    r"\b(?:last|latest|previous|current) (?:dose|bolus|treatment|infusion|transfusion)\b",
)
_HISTORY = (
    (
        r"\b(?:ever|before|previously|previous|past|history|hx|prior|known|admitted (?:with"
        r"|for)|diagnosed"
        r"|childhood|last year|years ago|used to|already had|suffers? from|suffered)\b"
    ),
)


FORMS: Mapping[Form, re.Pattern[str]] = {
    Form.COUNSEL: one_of(_COUNSEL),
    Form.CAUSE: one_of(_CAUSE),
    Form.LIKE_COUNSEL: one_of(_LIKE_COUNSEL),
    Form.LIKE_LESSON: one_of(_LIKE_LESSON),
    Form.LESSON: one_of(_LESSON),
    Form.TOPICAL: one_of(_TOPICAL),
    Form.ADDRESSED: one_of(_ADDRESSED),
    Form.ORDER: one_of(_ORDER),
    Form.FACT: one_of(_FACT),
    Form.HISTORY: one_of(_HISTORY),
}
