"""Stretches of time that have a name in English."""

from sereno.domain.questions import Period, Stretch

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
