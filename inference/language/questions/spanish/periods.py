"""Periods and parts of the day that are said in words."""

from datetime import time

from sereno.domain.questions import Period, Stretch

PERIODS: tuple[tuple[Period, str], ...] = (
    (
        Period(stretch=Stretch.NIGHT),
        (
            "esta noche|anoche|por la noche|durante la noche|en la noche|toda la noche|la noche|"
            "de noche|noche|turno de noche|el turno de noche|esta madrugada y noche|"
            "esta ultima noche|la ultima noche|en lo que va de noche|a lo largo de la noche|"
            "esta noxe|stanoche|la pasada noche|la noche pasada|esta pasada noche|noche pasada|"
            "esta noche pasada|pasada noche|turno nocturno|el turno nocturno|guardia nocturna|"
            "guardia de noche|en esta noche|durante esta noche|la nochecita|en la noche de hoy|"
            "trasnoche|nocturno|nocturna|nocturnas|nocturnos|de anoche"
        ),
    ),
    (
        Period(stretch=Stretch.NIGHT, days=1),
        (
            "la noche anterior|noche anterior|anteanoche|antenoche|la otra noche|"
            "ayer por la noche|ayer noche|ayer a la noche|ayer en la noche|antes de anoche|"
            "antier en la noche|antier por la noche"
        ),
    ),
    (
        Period(stretch=Stretch.TODAY),
        (
            "hoy|en el dia de hoy|el dia de hoy|durante el dia|desde medianoche|"
            "en lo que va de dia|lo que va de dia|este dia|a lo largo del dia|todo el dia|"
            "en todo el dia|en el dia|desde la medianoche|lo que llevamos de dia|hoy en dia|"
            "hoy dia|durante el dia de hoy|a lo largo de hoy|en lo que va del dia|"
            "lo que va del dia|en el transcurso del dia|en lo que llevamos de hoy|"
            "lo que va de hoy|en lo que va de hoy|el dia|jornada|este mismo dia|de hoy"
        ),
    ),
    (
        Period(stretch=Stretch.TODAY, days=1),
        (
            "ayer|el dia anterior|dia anterior|el dia de ayer|dia previo|el dia previo|"
            "la vispera|en el dia de ayer|todo el dia de ayer|ayer todo el dia|"
            "durante el dia de ayer|durante ayer|la jornada de ayer|de ayer"
        ),
    ),
    (Period(stretch=Stretch.TODAY, days=2), "anteayer|antes de ayer|antier|hace dos dias"),
    (
        Period(stretch=Stretch.MORNING),
        (
            "esta manana|por la manana|durante la manana|en la manana|la manana|turno de manana|"
            "toda la manana|a la manana|manana|en lo que va de manana|en lo que va de la manana|"
            "esta mananita|turno de la manana|el turno de la manana|durante esta manana|"
            "de esta manana|de la manana|matutin*|turno matutino"
        ),
    ),
    (
        Period(stretch=Stretch.MORNING, days=1),
        ("ayer por la manana|ayer en la manana|ayer a la manana|la manana de ayer|manana de ayer"),
    ),
    (
        Period(stretch=Stretch.AFTERNOON),
        (
            "esta tarde|por la tarde|durante la tarde|en la tarde|la tarde|tarde|turno de tarde|"
            "a la tarde|toda la tarde|de la tarde|esta tardecita|turno de la tarde|"
            "el turno de la tarde|durante esta tarde|de esta tarde|vespertin*|turno vespertino|"
            "tardecita"
        ),
    ),
    (
        Period(stretch=Stretch.AFTERNOON, days=1),
        "ayer por la tarde|ayer en la tarde|ayer a la tarde|la tarde de ayer|tarde de ayer",
    ),
    (
        Period(stretch=Stretch.SMALL_HOURS),
        (
            "madrugada|esta madrugada|de madrugada|la madrugada|por la madrugada|"
            "durante la madrugada|en la madrugada|madrugada de hoy|durante esta madrugada|"
            "la madrugada de hoy|de esta madrugada|de la madrugada|madrugadita"
        ),
    ),
    (
        Period(stretch=Stretch.SHIFT),
        (
            "este turno|mi turno|el turno|en el turno|durante el turno|desde el relevo|"
            "desde el cambio de turno|turno actual|turno|lo que llevamos de turno|"
            "desde que entre|desde que empece|desde que he entrado|lo que va de turno|"
            "en lo que va de turno|desde que empezo el turno|desde el inicio del turno|"
            "nuestro turno|la guardia|esta guardia|mi guardia|guardia|desde que llegue|"
            "en toda la guardia|en mi turno|durante mi turno|desde que entre de turno|"
            "desde que entre a turno|desde que tome el turno|desde que recibi turno|"
            "desde que recibi el turno|desde que recibi|desde que arranque|"
            "desde que empece el turno|desde que inicie|desde que inicio el turno|"
            "desde el cambio de guardia|desde la entrega|desde la entrega de turno|"
            "lo que llevo de turno|en lo que llevo de turno|lo que llevo de guardia|"
            "lo que llevamos de guardia|lo que va de guardia|en lo que va de la guardia|"
            "en lo que va del turno|lo que va del turno|durante la guardia|en la guardia|"
            "turno presente|este turnito|desde que estoy aqui|desde que estoy|"
            "en lo que llevamos de turno|en este turno|cuando empece el turno|cuando empece|"
            "cuando entre|cuando entre de turno|cuando entre a turno|al empezar el turno|"
            "al inicio del turno|al comienzo del turno|al principio del turno|al entrar de turno|"
            "cuando recibi el turno|cuando recibi|al recibir el turno|inicio del turno|"
            "inicio de turno|inicio de la guardia"
        ),
    ),
    (
        Period(stretch=Stretch.LAST, hours=24),
        (
            "ultimo dia|el ultimo dia|ultimas 24|las ultimas 24|las 24 horas|en el ultimo dia|"
            "ultimo dia completo"
        ),
    ),
    (
        Period(stretch=Stretch.LAST, hours=1),
        "ultima hora|la ultima hora|esta hora|esta ultima hora|hora pasada",
    ),
    (
        Period(stretch=Stretch.LAST, hours=168),
        "esta semana|la semana|ultima semana|la ultima semana|semana pasada",
    ),
    (
        Period(stretch=Stretch.LAST, hours=6),
        (
            "ultimas horas|las ultimas horas|estas horas|las horas previas|ultimas horitas|"
            "estas ultimas horas"
        ),
    ),
    (
        Period(stretch=Stretch.ALL),
        (
            "desde el ingreso|desde que ingreso|desde que esta ingresad*|desde su ingreso|"
            "durante el ingreso|en todo el ingreso|todo el ingreso|desde que llego|"
            "desde la admision|desde que esta aqui|en todo el registro|todo el registro|"
            "en toda la estancia|estancia|ingreso|en todo el tiempo|desde que entro|"
            "desde que lo ingresaron|desde que la ingresaron|desde que esta internad*|"
            "desde que esta hospitalizad*|desde que subio a planta|durante la internacion|"
            "internacion|desde la internacion|hospitalizacion|durante la hospitalizacion|"
            "desde el principio|en todo este tiempo|toda la estancia|todo lo registrado|"
            "desde su llegada|desde la llegada"
        ),
    ),
    (
        Period(stretch=Stretch.AGO, hours=24),
        (
            "ayer a esta hora|ayer a esta misma hora|ayer a la misma hora|ayer a estas horas|"
            "ayer por estas horas|ayer a estas alturas"
        ),
    ),
    (
        Period(stretch=Stretch.SINCE, start=time(0), days=1),
        "desde ayer|de ayer a hoy|desde el dia de ayer",
    ),
    (
        Period(stretch=Stretch.SINCE, start=time(20)),
        "desde anoche|desde la noche|desde la noche pasada",
    ),
    (
        Period(stretch=Stretch.SINCE, start=time(6)),
        "desde esta manana|desde la manana|desde por la manana|desde temprano",
    ),
    (
        Period(stretch=Stretch.SINCE, start=time(12)),
        "desde esta tarde|desde la tarde|desde el mediodia|desde mediodia",
    ),
    (Period(stretch=Stretch.SINCE, start=time(0)), "desde la madrugada|desde esta madrugada"),
)
