"""Stretches of time that have a name in English."""

from datetime import time

from sereno.domain.questions import Period, Stretch

PERIODS: tuple[tuple[Period, str], ...] = (
    (
        Period(stretch=Stretch.SINCE, start=time(0), days=1),
        ("since yesterday|from yesterday|from yesterday until now|from yesterday to now"),
    ),
    (Period(stretch=Stretch.SINCE, start=time(6), days=1), "since yesterday morning"),
    (
        Period(stretch=Stretch.SINCE, start=time(18), days=1),
        ("since yesterday evening|since last evening"),
    ),
    (
        Period(stretch=Stretch.AGO, hours=12),
        (
            "at the start of my shift|at the start of the shift|at the beginning of my shift|"
            "at the start of shift|at shift start|when i came on|when i started|"
            "when i took over|when i came on shift"
        ),
    ),
    (
        Period(stretch=Stretch.SINCE, start=time(12), days=1),
        ("since yesterday afternoon|since yesterday lunchtime"),
    ),
    (
        Period(stretch=Stretch.SINCE, start=time(20)),
        ("since last night|since tonight|since yesterday night|since the start of the night"),
    ),
    (
        Period(stretch=Stretch.SINCE, start=time(6)),
        ("since this morning|since morning|since the morning|since early this morning"),
    ),
    (
        Period(stretch=Stretch.SINCE, start=time(12)),
        ("since this afternoon|since the afternoon|since afternoon"),
    ),
    (
        Period(stretch=Stretch.AGO, hours=24),
        (
            "this time yesterday|same time yesterday|the same time yesterday|a day ago|"
            "a day earlier|the same hour yesterday|at this hour yesterday|this hour yesterday|"
            "one day ago"
        ),
    ),
    (
        Period(stretch=Stretch.NIGHT),
        (
            "tonight|to night|this night|last night|overnight|over night|during the night|"
            "in the night|through the night|the night|night shift|the night shift|on nights|"
            "on the night shift|all night|night|nighttime|last nite|2nite|tonite|"
            "evening and night|nocte|noc|overnite|thru the night|night time|the whole night|"
            "this night shift|night duty|throughout the night|over the night|by night|nights|"
            "overnight just gone|the night just gone|last night's|tonight's|"
            "all through the night|the entire night"
        ),
    ),
    (
        Period(stretch=Stretch.NIGHT, days=1),
        ("the night before|the night before last|previous night|the previous night|night before"),
    ),
    (
        Period(stretch=Stretch.TODAY),
        (
            "today's|todays|throughout today|throughout the day|whole day|the whole day|"
            "current day|the day|over the day|the course of the day|today so far|today|"
            "this day|so far today|since midnight|all day|during the day|day so far|"
            "the day so far"
        ),
    ),
    (
        Period(stretch=Stretch.TODAY, days=1),
        (
            "yesterday's|yesterdays|all of yesterday|all yesterday|ystday|yest|yday|yesterday|"
            "the day before|previous day|the previous day|prior day|the prior day"
        ),
    ),
    (Period(stretch=Stretch.TODAY, days=2), "the day before yesterday|two days ago"),
    (
        Period(stretch=Stretch.MORNING),
        (
            "this morning|in the morning|the morning|this am|this a.m.|in the am|am shift|"
            "early shift|today morning|this morning's|mornin|during the morning|morning"
        ),
    ),
    (Period(stretch=Stretch.MORNING, days=1), "yesterday morning|yesterday s morning"),
    (
        Period(stretch=Stretch.AFTERNOON),
        (
            "this afternoon|in the afternoon|the afternoon|during the afternoon|afternoon|"
            "this evening|in the evening|the evening|evening|this pm|this p.m.|in the pm|"
            "late shift|today afternoon|this afternoon's|over the afternoon|after noon|arvo|"
            "this arvo"
        ),
    ),
    (Period(stretch=Stretch.AFTERNOON, days=1), "yesterday afternoon|yesterday evening"),
    (Period(stretch=Stretch.NIGHT, days=1), "yesterday night"),
    (
        Period(stretch=Stretch.SMALL_HOURS),
        (
            "wee hours|the wee hours|the wee small hours|middle of the night|"
            "the middle of the night|in the middle of the night|dead of night|early am|"
            "small hours|the small hours|early hours|the early hours|early morning|"
            "early this morning|in the early hours"
        ),
    ),
    (
        Period(stretch=Stretch.SHIFT),
        (
            "since coming on shift|since i came on shift|since coming on|since i got here|"
            "since i got in|since i arrived|since start of shift|since the start of shift|"
            "since shift start|since beginning of shift|since the beginning of the shift|"
            "on shift so far|these 12 hours|during my duty|my duty|on my watch|my shift so far|"
            "this shift so far|whole shift|the whole shift|all shift|on my shift so far|"
            "since report|since taking over|this shift|my shift|the shift|during the shift|"
            "on my shift|on this shift|since i came on|since i started|since handover|"
            "since the handover|since shift change|current shift|shift so far|shift|"
            "since the start of the shift|since the start of my shift|since i took over|"
            "our shift|since the shift started|since the shift began|since my shift began|"
            "since my shift started"
        ),
    ),
    (
        Period(stretch=Stretch.LAST, hours=24),
        ("last day|the last day|past day|the past day|last 24|the last 24|past 24"),
    ),
    (
        Period(stretch=Stretch.LAST, hours=1),
        (
            "in the hour|the last one hour|last one hour|last hr|past hr|the past one hour|"
            "last 60|last hour|the last hour|past hour|the past hour|this hour|this past hour"
        ),
    ),
    (
        Period(stretch=Stretch.LAST, hours=168),
        ("this week|last week|past week|the past week|the last week"),
    ),
    (
        Period(stretch=Stretch.LAST, hours=6),
        (
            "the last several hours|the last number of hours|recent few hours|last few hours|"
            "the last few hours|past few hours|the past few hours|recent hours"
        ),
    ),
    (
        Period(stretch=Stretch.ALL),
        (
            "ever|since admission|since admitted|since she was admitted|since he was admitted|"
            "since they were admitted|since arrival|since arriving|since he came in|"
            "since she came in|since they came in|during the stay|whole stay|the whole stay|"
            "entire stay|the entire stay|throughout|all along|on record|this admission|"
            "the admission|admission|the stay|his stay|her stay|this stay|during admission|"
            "during this admission|whole admission|the whole record|in the record|"
            "entire record|to date"
        ),
    ),
)
