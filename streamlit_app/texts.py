"""Every word on the screens, in both languages, and how numbers and units are written."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from sereno.domain.errors import Conflict, InvalidEntry, NotFound, SerenoError, StorageBusy
from sereno.domain.vitals import VITALS, Language, Signal

_EN_ES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        # The bar on every page
        "ward": ("Ward", "Planta"),
        "patient": ("Patient", "Paciente"),
        "alarms": ("Alarms", "Alarmas"),
        "handover": ("Handover", "Relevo"),
        "sources": ("Sources", "Fuentes"),
        "pages": ("Pages", "Páginas"),
        "unseen": ("not acknowledged", "sin reconocer"),
        "signout": ("Sign out", "Cerrar sesión"),
        "notice": (
            "Decision support, not a medical device. Always assess the patient.",
            "Apoyo a la decisión; no es un producto sanitario. Valore siempre al paciente.",
        ),
        "lost": (
            "Connection to Sereno lost. What you see is from before, and this old:",
            "Se ha perdido la conexión con Sereno. Lo que ve es anterior, de hace:",
        ),
        "ending": (
            "You will be signed out in {s} s. Move or type to stay.",
            "Se cerrará la sesión en {s} s. Muévase o escriba para seguir.",
        ),
        "ingest_down": (
            "Monitoring is not running: no new data, scores or alarms. Last sign of life: {age}.",
            (
                "La monitorización no funciona: sin datos, puntuaciones ni alarmas nuevas. "
                "Última señal: {age}."
            ),
        ),
        "model_down": (
            (
                "The language model is not running: summaries use fixed wording. "
                "Alarms and scores go on. Last sign of life: {age}."
            ),
            (
                "El modelo de lenguaje no funciona: los resúmenes usan frases fijas. "
                "Alarmas y puntuaciones siguen. Última señal: {age}."
            ),
        ),
        "storage_down": (
            "The database does not answer. What you see may be old.",
            "La base de datos no responde. Lo que ve puede ser antiguo.",
        ),
        "source_failing": (
            "A source can not be read, and nothing comes of it: {what}",
            "Una fuente no se puede leer y no llega nada de ella: {what}",
        ),
        "unreadable": (
            (
                "The record of {who} can not be read or written: no new alarm or score of them can "
                "be relied on. Watch them by other means; see docs/how-to/back-up.md."
            ),
            (
                "No se puede leer o escribir el registro de {who}: no confíe en sus alarmas ni "
                "puntuaciones. Vigile por otros medios; vea docs/how-to/back-up.md."
            ),
        ),
        "absence_planned": (
            (
                "Nobody was watched from {start} to {end} ({length}): Sereno had been stopped on "
                "purpose. What happened meanwhile raised no alarm. Look at every patient."
            ),
            (
                "Ningún paciente estuvo vigilado entre {start} y {end} ({length}): parada "
                "programada de Sereno. Lo ocurrido no generó alarmas. Valore a cada paciente."
            ),
        ),
        "absence_unplanned": (
            (
                "Nobody was watched from {start} to {end} ({length}): Sereno had failed or lost "
                "its power. What happened meanwhile raised no alarm. Look at every patient."
            ),
            (
                "Ningún paciente estuvo vigilado entre {start} y {end} ({length}): Sereno falló o "
                "se quedó sin corriente. Lo ocurrido no generó alarmas. Valore a cada paciente."
            ),
        ),
        "never": ("never", "nunca"),
        "signed_out": ("You are signed out.", "La sesión está cerrada."),
        # Time and age
        "s": ("s", "s"),
        "min": ("min", "min"),
        "h": ("h", "h"),
        "d": ("d", "d"),
        "ago": ("{} ago", "hace {}"),
        "last": ("last data", "último dato"),
        "stale": ("old data", "datos antiguos"),
        "nodata": ("no data", "sin datos"),
        "nosignal": ("no signal", "sin señal"),
        "off_sensor": ("sensor off", "sensor retirado"),
        "off_implausible": ("implausible", "no plausible"),
        "off_artefact": ("artefact", "artefacto"),
        "off_demo": ("demo mode", "modo demo"),
        # Ward
        "noalarm": ("no alarm", "sin alarma"),
        "nobeds": ("No patient has sent data yet.", "Ningún paciente ha enviado datos todavía."),
        "more": ("and {n} more", "y {n} más"),
        "rising": ("rising", "en ascenso"),
        "falling": ("falling", "en descenso"),
        "steady": ("steady", "estable"),
        "years": ("{n} y", "{n} a"),
        "sex_female": ("female", "mujer"),
        "sex_male": ("male", "varón"),
        "open_bed": ("Open {bed}. NEWS2 {score}. {alarms}", "Abrir {bed}. NEWS2 {score}. {alarms}"),
        # NEWS2
        "notscored": ("not scored", "sin puntuación"),
        "noscore": ("no score yet", "aún sin puntuación"),
        "partial": (
            "Partial: {low} to {high} possible. Missing: {missing}.",
            "Parcial: entre {low} y {high}. Falta: {missing}.",
        ),
        "partial_short": ("partial, {low}–{high}", "parcial, {low}–{high}"),
        "scale2": ("SpO2 scale 2", "escala de SpO2 2"),
        "derived": ("from {source}", "de {source}"),
        "response_routine": ("Routine observations", "Observación de rutina"),
        "response_least": ("At least {least}, up to {most}", "Al menos {least}, hasta {most}"),
        "response_unknown": ("Incomplete: up to {most}", "Incompleta: hasta {most}"),
        "response_ward": ("Ward assessment", "Valoración en planta"),
        "response_urgent_ward": ("Urgent ward review", "Revisión urgente en planta"),
        "response_urgent": ("Urgent response", "Respuesta urgente"),
        "response_emergency": ("Emergency response", "Respuesta de emergencia"),
        "asked_ward": ("ward assessment", "valoración en planta"),
        "asked_urgent_ward": ("urgent ward review", "revisión urgente en planta"),
        "asked_urgent": ("urgent response", "respuesta urgente"),
        "asked_emergency": ("emergency", "emergencia"),
        "unscored_under_16": ("Not scored: under 16", "Sin puntuación: menor de 16 años"),
        "unscored_pregnant": ("Not scored: pregnant", "Sin puntuación: embarazo"),
        "parameter": ("Parameter", "Parámetro"),
        "value": ("Value", "Valor"),
        "age": ("Age", "Hace"),
        "points": ("Points", "Puntos"),
        "air": ("Air", "Aire"),
        "oxygen": ("Oxygen", "Oxígeno"),
        # Alarms
        "high": ("High priority", "Prioridad alta"),
        "medium": ("Medium priority", "Prioridad media"),
        "low": ("Low priority", "Prioridad baja"),
        "alarm_sensor_off": ("sensor off", "sensor retirado"),
        "alarm_source_silent": ("source silent", "fuente sin señal"),
        "alarm_clock_wrong": ("device clock wrong", "reloj del equipo incorrecto"),
        "alarm_implausible": ("implausible value", "valor no plausible"),
        "alarm_monitoring_stopped": ("monitoring stopped", "monitorización detenida"),
        "present": ("present", "presente"),
        "gone": ("gone", "cesada"),
        "latched": ("gone, waits for you", "cesada, pendiente"),
        "acknowledge": ("Acknowledge", "Reconocer"),
        "acknowledged": (
            "Acknowledged by {by}: {reason}",
            "Reconocida por {by}: {reason}",
        ),
        "sent": ("Sent.", "Enviado."),
        "reason": ("Reason", "Motivo"),
        "reasons": (
            "Seen at the bedside|Treatment started|Doctor informed|Sensor checked",
            "Visto a pie de cama|Tratamiento iniciado|Médico avisado|Sensor revisado",
        ),
        "cancel": ("Cancel", "Cancelar"),
        "unlisted": ("No longer in this list.", "Ya no está en esta lista."),
        "details": ("Details", "Detalles"),
        "history": ("History", "Historial"),
        "just_now": ("just now", "ahora mismo"),
        "gone_on": ("the alarm has gone on since", "la alarma continúa desde entonces"),
        "none": ("No alarms here.", "No hay alarmas."),
        "show": ("Show", "Mostrar"),
        "show_active": ("Active", "Activas"),
        "show_unseen": ("Not acknowledged", "Sin reconocer"),
        "show_all": ("Last 24 hours", "Últimas 24 horas"),
        "priority": ("Priority", "Prioridad"),
        "all": ("All", "Todas"),
        "bed": ("Bed", "Cama"),
        "all_beds": ("All beds", "Todas las camas"),
        "event_raised": ("raised", "iniciada"),
        "event_worsened": ("worsened", "empeora"),
        "event_eased": ("now less urgent", "ahora menos urgente"),
        "event_gone": ("condition gone", "condición cesada"),
        "event_returned": ("condition returned", "condición de nuevo presente"),
        "event_acknowledged": ("acknowledged", "reconocida"),
        "event_discharged": ("patient discharged", "alta del paciente"),
        "event_closed": ("closed", "cerrada"),
        "why_not_measured": ("no longer measured", "ya no se mide"),
        "why_replaced": (
            "another source delivers the same signals",
            "otra fuente envía las mismas señales",
        ),
        "why_corrected": ("value corrected", "valor corregido"),
        "why_on_purpose": ("stopped on purpose", "parada programada"),
        # Patient
        "choose": ("Choose a patient", "Elija un paciente"),
        "unknown": (
            "This patient is not here, or was forgotten.",
            "Este paciente no está o se ha olvidado.",
        ),
        "trends": ("Trends", "Tendencias"),
        "point": (
            "Point at the chart, or use the arrow keys, to read its values.",
            "Señale el gráfico, o use las flechas, para leer sus valores.",
        ),
        "legend": (
            (
                "Line: median. Band: lowest to highest. Step: holds until the next entry, at most "
                "{hours} h. Shaded: episode beyond its threshold. ▲ high, ◆ medium, ■ low alarm."
            ),
            (
                "Línea: mediana. Banda: de mínimo a máximo. Escalón: vale hasta la siguiente "
                "anotación, como mucho {hours} h. Sombreado: episodio más allá del umbral. "
                "▲ alarma alta, ◆ media, ■ baja."
            ),
        ),
        "ongoing": ("ongoing", "en curso"),
        "pressure": ("BP", "PA"),
        # Summary
        "summary": ("Summary", "Resumen"),
        "write": ("Write a summary", "Escribir un resumen"),
        "form": ("Form", "Formato"),
        "form_line": ("One line", "Una línea"),
        "form_handover": ("Handover (SBAR)", "Relevo (SBAR)"),
        "form_shift": ("Shift report", "Informe de turno"),
        "form_trend": ("Trend report", "Informe de evolución"),
        "form_patient": ("For the patient", "Para el paciente"),
        "for_patient": (
            "For the patient, in plain words. To be handed over by a clinician.",
            "Para el paciente, en palabras sencillas. Lo entrega un profesional sanitario.",
        ),
        "ask_staff": (
            "If you have questions, ask your nurse or doctor.",
            "Si tiene preguntas, consulte a su enfermera o a su médico.",
        ),
        "section_situation": ("Situation", "Situación"),
        "section_background": ("Background", "Antecedentes"),
        "section_assessment": ("Assessment", "Valoración"),
        "section_recommendation": ("Recommendation", "Recomendación"),
        "writing": ("Writing…", "Escribiendo…"),
        "other_language": (
            "This summary is in Spanish. Write one to have it in English.",
            "Este resumen está en inglés. Escriba uno para tenerlo en español.",
        ),
        "nosummary": ("No summary yet.", "Aún no hay resumen."),
        "window": ("Window", "Ventana"),
        "by": ("Written by {name}, verified", "Escrito por {name}, verificado"),
        "by_template": ("Fixed wording, verified", "Frases fijas, verificado"),
        "facts": ("Facts behind it: {n}", "Hechos que lo sustentan: {n}"),
        "fact_measure": ("latest", "último"),
        "fact_change": ("change", "cambio"),
        "fact_extreme": ("extreme", "extremo"),
        "fact_episode": ("episode", "episodio"),
        "fact_group": ("episodes", "episodios"),
        "fact_score": ("score", "puntuación"),
        "fact_alarm": ("alarm", "alarma"),
        "fact_gap": ("no data", "sin datos"),
        "fact_note": ("note", "nota"),
        "whole_note": ("The whole note", "La nota completa"),
        "fact_range": ("range", "rango"),
        "fact_within": ("within limits", "dentro de límites"),
        "fact_spread": ("range", "rango"),
        "fact_comparison": ("comparison", "comparación"),
        "fact_total": ("score", "puntuación"),
        "fact_lasted": ("in all", "en total"),
        "fact_ended": ("ended", "terminado"),
        "fact_raised": ("alarm", "alarma"),
        "fact_tally": ("alarms", "alarmas"),
        "ask": ("Ask the record", "Preguntar al registro"),
        "ask_example": (
            "Ask the record: has she had a fever tonight?",
            "Pregunte al registro: ¿ha tenido fiebre esta noche?",
        ),
        "ask_ward_example": (
            "Ask about the ward: who has had a fever?",
            "Pregunte por la planta: ¿quién ha tenido fiebre?",
        ),
        "ask_now": ("Ask", "Preguntar"),
        "looking": ("Looking in the record…", "Buscando en el registro…"),
        "close": ("Close", "Cerrar"),
        "asked_of": ("Record as of {when} · {question}", "Registro a las {when} · {question}"),
        "fact_response": ("NEWS2 protocol", "protocolo NEWS2"),
        # What a clinician makes of a summary
        "accept": ("Accept", "Aceptar"),
        "edit": ("Edit", "Editar"),
        "reject": ("Reject", "Rechazar"),
        "reject_now": ("Reject it", "Rechazarlo"),
        "save": ("Save the edit", "Guardar los cambios"),
        "edit_reason": ("Why (optional)", "Motivo (opcional)"),
        "edit_help": (
            "What no fact bears out may be saved, and is marked for everyone who reads it.",
            "Lo que ningún hecho sustenta puede guardarse, y queda marcado para quien lo lea.",
        ),
        "accepted_by": ("Accepted by {by}", "Aceptado por {by}"),
        "edited_by": ("Edited by {by}", "Editado por {by}"),
        "rejected_by": ("Rejected by {by}", "Rechazado por {by}"),
        "original": ("As it was written", "Como se escribió"),
        "missing": ("No longer told:", "Ya no se dice:"),
        "standing_verified": ("borne out by {facts}", "sustentado por {facts}"),
        "standing_unchecked": (
            "not checked against the record",
            "no comprobado con el registro",
        ),
        "standing_unverified": ("not verified: {why}", "sin verificar: {why}"),
        "doubt_number": ("no fact holds “{what}”", "ningún hecho contiene «{what}»"),
        "doubt_time": ("no fact is of {what}", "ningún hecho es de las {what}"),
        "doubt_length": ("no fact lasted {what}", "ningún hecho duró {what}"),
        "doubt_together": (
            "no fact says all of this; look at units, times and words",
            "ningún hecho dice todo esto; revise unidades, horas y palabras",
        ),
        "doubt_denial": ("no fact denies this (“{what}”)", "ningún hecho niega esto («{what}»)"),
        "doubt_claim": ("no fact says this (“{what}”)", "ningún hecho dice esto («{what}»)"),
        "doubt_unreadable": (
            "it holds signs that can not be read safely",
            "contiene signos que no se pueden leer con seguridad",
        ),
        "doubt_too_much": (
            "more sentences than are checked at once",
            "más frases de las que se comprueban a la vez",
        ),
        # Charting
        "charting": ("Enter by hand", "Anotar a mano"),
        "consciousness": ("Consciousness", "Conciencia"),
        "acvpu_0": ("A: alert", "A: alerta"),
        "acvpu_1": ("C: new confusion", "C: confusión nueva"),
        "acvpu_2": ("V: responds to voice", "V: responde a la voz"),
        "acvpu_3": ("P: responds to pain", "P: responde al dolor"),
        "acvpu_4": ("U: unresponsive", "U: no responde"),
        "worse_than": ("worse than {level}", "peor que {level}"),
        "better_than": ("better than {level}", "mejor que {level}"),
        "breathing": ("Breathing", "Respira"),
        "flow": ("Oxygen flow, L/min", "Flujo de oxígeno, L/min"),
        "device": ("Device", "Dispositivo"),
        "choose_device": ("Choose a device", "Elija un dispositivo"),
        "devices": (
            (
                "Nasal cannula|Simple mask|Venturi mask|Reservoir mask|High flow|"
                "Non-invasive ventilation"
            ),
            (
                "Gafas nasales|Mascarilla simple|Mascarilla Venturi|Mascarilla con reservorio|"
                "Alto flujo|Ventilación no invasiva"
            ),
        ),
        "device_note": ("Oxygen by {device}", "Oxígeno por {device}"),
        "temperature": ("Temperature, °C", "Temperatura, °C"),
        "enter": ("Enter", "Anotar"),
        "refused": (
            "Not entered: {name} can not be {value}. Enter {low} to {high}.",
            "No anotado: {name} no puede ser {value}. Anote de {low} a {high}.",
        ),
        "nothing": ("Nothing was filled in.", "No se ha rellenado nada."),
        "note": ("Note", "Nota"),
        "notes": ("Notes", "Notas"),
        "nonotes": ("No notes in the last 72 hours.", "Sin notas en las últimas 72 horas."),
        "add_note": ("Add the note", "Añadir la nota"),
        "scale_order": (
            "SpO2 scale 2 (target 88 to 92%, hypercapnic respiratory failure)",
            "Escala de SpO2 2 (objetivo 88 a 92%, insuficiencia respiratoria hipercápnica)",
        ),
        "scale_help": (
            "Only on the order of a competent clinician, recorded here under your name.",
            "Solo por orden de un profesional competente; queda registrada a su nombre.",
        ),
        "limits": ("Alarm limits in force", "Límites de alarma vigentes"),
        "own_limit": (
            "This patient's own, set by {by}: {reason}",
            "Propio de este paciente, fijado por {by}: {reason}",
        ),
        "order": ("Record the order", "Registrar la orden"),
        # The end of a stay
        "discharge": ("Discharge…", "Dar de alta…"),
        "discharge_ask": (
            "End the stay of {bed}? Their alarms close, and they are no longer watched.",
            "¿Dar de alta a {bed}? Sus alarmas se cierran y dejará de estar vigilado.",
        ),
        "discharge_now": ("Discharge {bed}", "Dar de alta a {bed}"),
        "discharged": (
            "Discharged {when} by {by}: {reason}. Not watched: no scores, no alarms.",
            "Alta {when} por {by}: {reason}. Sin vigilancia: ni puntuaciones ni alarmas.",
        ),
        "discharged_short": ("discharged", "de alta"),
        # Handing over the ward
        "handover_ask": ("Hand over the ward", "Relevo de toda la planta"),
        "handover_stop": ("Stop writing", "Dejar de escribir"),
        "handover_progress": ("{n} of {of} beds written", "{n} de {of} camas escritas"),
        "handover_read": ("Read the handover of {age} ago", "Leer el relevo de hace {age}"),
        "handover_title": ("Handover of the ward", "Relevo de la planta"),
        "handover_print": ("Print", "Imprimir"),
        "handover_waits": ("Not written yet.", "Aún no está escrito."),
        "handover_missed": (
            "No handover was written. Look at this patient's page.",
            "No se ha escrito el relevo. Vea la página de este paciente.",
        ),
        "handover_none": (
            "No handover of the ward in the last 12 h.",
            "Ningún relevo de la planta en las últimas 12 h.",
        ),
        "handover_absent": (
            "On the ward, but not in this handover: {who}.",
            "En la planta, pero no en este relevo: {who}.",
        ),
        "handover_other_language": (
            "This handover is in Spanish. Ask for one to have it in English.",
            "Este relevo está en inglés. Pida uno para tenerlo en español.",
        ),
        # Where data comes from
        "ingest_told": ("As ingest told it {age} ago", "Según la ingesta, hace {age}"),
        "ingest_gone": (
            "Ingest is down, and nothing is read. What stands here is from {age} ago.",
            "La ingesta no funciona y no se lee nada. Lo que ve es de hace {age}.",
        ),
        "ingest_never": (
            "Ingest has not run yet, so nothing is known of any source.",
            "La ingesta aún no ha funcionado; no se sabe nada de ninguna fuente.",
        ),
        "nosources": ("No source is read.", "No se lee ninguna fuente."),
        "add_source": (
            "Name what is to be read in sereno.toml, or in SERENO_SOURCES as a JSON list:",
            "Indique qué leer en sereno.toml, o en SERENO_SOURCES como lista JSON:",
        ),
        "add_source_more": (
            (
                "Try it first with “sereno connectors test SOURCE”, then start Sereno anew. "
                "All that can be read: docs/reference/connectors.md."
            ),
            (
                "Pruébela antes con «sereno connectors test SOURCE» y reinicie Sereno. "
                "Todo lo que se puede leer: docs/reference/connectors.md."
            ),
        ),
        "source_reading": ("● reading", "● leyendo"),
        "source_waiting": ("▲ waiting to try again", "▲ a la espera de reintentar"),
        "source_ended": ("■ ended", "■ terminada"),
        "source_gave_up": ("✕ given up", "✕ abandonada"),
        "destinations": ("Destinations", "Destinos"),
        "destination_telling": ("● is told", "● se le informa"),
        "destination_waiting": ("▲ waiting to try again", "▲ a la espera de reintentar"),
        "destination_elsewhere": ("○ told by another process", "○ lo informa otro proceso"),
        "topic_measured": ("measurements", "mediciones"),
        "topic_scores": ("scores", "puntuaciones"),
        "topic_alarms": ("alarms", "alarmas"),
        "topic_stay": ("stays", "estancias"),
        "waiting_for_it": ("waiting to be told", "por informar"),
        "waits_for": ("the oldest for", "el más antiguo desde hace"),
        "last_told": ("last taken", "último aceptado"),
        "told_in_all": ("told in all", "informados en total"),
        "refused_by_it": ("refused by it", "rechazados por él"),
        "given_up": ("given up", "abandonados"),
        "per_minute": ("messages a minute", "mensajes por minuto"),
        "newest_value": ("age of newest value", "edad del último dato"),
        "last_message": ("nothing came for", "sin recibir nada"),
        "its_clock": ("its clock", "su reloj"),
        "clock_right": ("right", "en hora"),
        "clock_behind": ("{n} s behind", "{n} s de retraso"),
        "clock_ahead": ("{n} s ahead", "{n} s de adelanto"),
        "clock_untold": ("not told", "no lo dice"),
        "patients_fed": ("patients fed", "pacientes"),
        "values_in_all": ("values in all", "datos en total"),
        "unread_pieces": ("could not be read: {n}", "no se pudo leer: {n}"),
        "unread_refused": (
            "of patients whose record is damaged: {n}",
            "de pacientes con el registro dañado: {n}",
        ),
        # What came and could not be read
        "letters": ("Dead letters", "Mensajes sin leer"),
        "letters_lead": (
            "What came and could not be read, or named nobody. The newest {n} of {of}.",
            "Lo que llegó y no se pudo leer, o no nombraba a nadie. Últimos {n} de {of}.",
        ),
        "noletters": (
            "None: all that came could be read.",
            "Ninguno: todo lo que llegó se pudo leer.",
        ),
        "open": ("Open", "Abrir"),
        "letter_title": ("Dead letter {n}", "Mensaje sin leer {n}"),
        "content": ("Content", "Contenido"),
        "whose": ("Whose it is", "De quién es"),
        "choose_patient": ("Choose a patient", "Elija un paciente"),
        "as_it_says": ("As the message says", "De quien diga el mensaje"),
        "replay_title": ("Into a patient's record", "Al registro de un paciente"),
        "replay_help": (
            "The values keep their own times and source. They are scored, and may raise alarms.",
            "Los datos conservan su hora y su fuente. Se puntúan y pueden generar alarmas.",
        ),
        "replay": ("Replay", "Incorporar"),
        "read_by": ("Read it as", "Leerlo como"),
        "reread_title": ("Mend it and read it again", "Corregirlo y volver a leerlo"),
        "reread_help": (
            "Nothing is kept unless all of it can be read.",
            "No se guarda nada si no se puede leer todo.",
        ),
        "reread": ("Read again", "Volver a leer"),
        "no_reader": (
            "None of the sources that are configured can read one message again.",
            "Ninguna de las fuentes configuradas puede volver a leer un mensaje.",
        ),
        "settle_title": ("Put it aside", "Apartarlo"),
        "settle_help": (
            "It is listed no more. The reason stays in the audit log: name nobody in it.",
            "Deja de mostrarse. El motivo queda en la auditoría: no nombre a nadie en él.",
        ),
        "settle": ("Put aside", "Apartar"),
        "settled": ("Put aside.", "Apartado."),
        "readmit": ("Readmit: watch again", "Reingresar: volver a vigilar"),
        "ordered_by": ("Ordered by {by}", "Ordenado por {by}"),
    }
)

_UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {"Cel": "°C", "mm[Hg]": "mmHg", "1": "", "{score}": ""}
)

# The services say in English what went wrong. In Spanish its kind is told, where that says enough;
# a Conflict is also what any command that was refused comes to, so it claims no more than that.
_WRONG_ES: Final[Mapping[type[SerenoError], str]] = MappingProxyType(
    {
        Conflict: "No se ha hecho: puede que la situación haya cambiado. Recargue la página.",
        NotFound: "Ya no se encuentra. Recargue la página.",
        StorageBusy: "La base de datos está ocupada. Inténtelo de nuevo en un momento.",
        InvalidEntry: "No se ha hecho: el texto falta o no es válido. Revíselo.",
    }
)

_PARTED_FROM: Final = 10_000  # Real Academia Española, Ortografía, 2010

# What beds call a signal: as on monitors, one for both languages where the field has one.
_SHORT: Final[Mapping[Signal, tuple[str, str]]] = MappingProxyType(
    {
        Signal.HEART_RATE: ("HR", "FC"),
        Signal.PULSE_RATE: ("PR", "FP"),
        Signal.RESPIRATORY_RATE: ("RR", "FR"),
        Signal.TEMPERATURE: ("Temp", "Temp"),
        Signal.SPO2: ("SpO₂", "SpO₂"),
        Signal.END_TIDAL_CO2: ("etCO₂", "etCO₂"),
        Signal.FIO2: ("FiO₂", "FiO₂"),
        Signal.OXYGEN_GIVEN: ("O₂", "O₂"),
        Signal.OXYGEN_FLOW: ("O₂", "O₂"),
        Signal.CONSCIOUSNESS: ("Consciousness", "Conciencia"),
        Signal.GLASGOW_COMA_SCALE: ("GCS", "GCS"),
        Signal.GLUCOSE: ("Gluc", "Gluc"),
        Signal.CUFF_SYSTOLIC: ("NIBP sys", "PANI sis"),
        Signal.CUFF_DIASTOLIC: ("NIBP dia", "PANI dia"),
        Signal.CUFF_MEAN: ("NIBP mean", "PANI med"),
        Signal.INVASIVE_SYSTOLIC: ("ABP sys", "PAI sis"),
        Signal.INVASIVE_DIASTOLIC: ("ABP dia", "PAI dia"),
        Signal.INVASIVE_MEAN: ("ABP mean", "PAI med"),
        Signal.ECG: ("ECG", "ECG"),
        Signal.PLETH: ("Pleth", "Pleth"),
        Signal.RESPIRATION: ("Resp", "Resp"),
        Signal.PRESSURE: ("ABP", "PAI"),
    }
)


class Words:
    """The words of one language: `words("ward")`, with fields filled in by name."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._column = 1 if language is Language.SPANISH else 0

    def __call__(self, key: str, **fields: object) -> str:
        """The text called `key`; KeyError where there is none."""
        text = _EN_ES[key][self._column]
        return text.format(**fields) if fields else text

    def list(self, key: str) -> list[str]:
        """A text that is a list of choices."""
        return self(key).split("|")

    def some(self, *keys: str) -> dict[str, str]:
        """Several texts by their keys, for a component."""
        return {key: self(key) for key in keys}

    def short(self, signal: Signal) -> str:
        """What a monitor calls a signal."""
        return _SHORT[signal][self._column]

    def number(self, value: float, decimals: int) -> str:
        """A number as the language writes it."""
        text = f"{value:.{decimals}f}"
        return text.replace(".", ",") if self.language is Language.SPANISH else text

    def whole(self, value: int) -> str:
        """A count as the language parts its thousands; Spanish parts none below five digits."""
        if self.language is not Language.SPANISH:
            return f"{value:,}"
        return f"{value:,}".replace(",", "\u202f") if value >= _PARTED_FROM else str(value)

    def length(self, length: timedelta) -> str:
        """A length of time in its two largest units: "48 s", "3 min 5 s", "2 h 10 min"."""
        minutes, seconds = divmod(round(length.total_seconds()), 60)
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        parts = ((days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s"))
        found = [f"{number} {self(unit)}" for number, unit in parts if number]
        return " ".join(found[:2]) or f"0 {self('s')}"

    def value(self, signal: Signal, value: float) -> str:
        """A value of a signal as it is judged (half up), without its unit."""
        if signal is Signal.CONSCIOUSNESS:
            return "{1} ({0})".format(*self._level(value))
        if signal is Signal.OXYGEN_GIVEN:
            return self("oxygen") if value else self("air")
        vital = VITALS[signal]
        return self.number(vital.rounded(value), vital.decimals)

    def reading(self, signal: Signal, value: float) -> tuple[str, str]:
        """What stands large and what small beside it: a value and its unit, or what it means."""
        if signal is Signal.CONSCIOUSNESS:
            letter, meaning = self._level(value)
            return letter, meaning
        return self.value(signal, value), unit(signal)

    def refused(self, signal: Signal, value: float) -> str:
        """Why a value can not be entered, and what can: all of it as it was typed, unrounded."""
        vital, mark = VITALS[signal], unit(signal)
        name = vital.name(self.language)
        low, high = self.number(vital.low, vital.decimals), self.number(vital.high, vital.decimals)
        given = f"{value:g}".replace(".", "," if self.language is Language.SPANISH else ".")
        return self("refused", name=name, value=given, low=low, high=f"{high} {mark}".strip())

    def wrong(self, error: SerenoError) -> str:
        """What went wrong, in a line."""
        said = _WRONG_ES.get(type(error)) if self.language is Language.SPANISH else None
        return said or str(error)

    def _level(self, value: float) -> tuple[str, str]:
        """A level of consciousness: its letter and its words."""
        letter, meaning = self(f"acvpu_{int(value)}").split(": ")
        return letter, meaning


def unit(signal: Signal) -> str:
    """The unit of a signal as screens write it."""
    return unit_text(VITALS[signal].unit)


def unit_text(ucum: str | None) -> str:
    """A UCUM unit as screens write it."""
    return _UNITS.get(ucum, ucum) if ucum else ""


def keys() -> frozenset[str]:
    """The keys of every text."""
    return frozenset(_EN_ES)


def both(key: str) -> tuple[str, str]:
    """A text in English and Spanish."""
    return _EN_ES[key]
