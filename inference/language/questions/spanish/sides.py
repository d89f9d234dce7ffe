"""High and low, more and less, better and worse."""

from collections.abc import Mapping

from inference.language.questions.notions import Sense

SIDES: Mapping[Sense, str] = {
    Sense.HIGHEST: (
        "hasta que punto subio|cuanto llego a subir|cuanto subio|cuanto ha subido|"
        "a que valor subio|punto mas alto|valor mas alto|cifra mas alta|lo mas alto|lo mas alta|"
        "a cuanto llego|a cuanto le llego|a cuanto ha llegado|a cuanto le ha llegado|"
        "a cuanto le subio|a cuanto subio|a cuanto ha subido|a cuanto le ha subido|"
        "hasta cuanto le|hasta donde le|hasta donde llego|hasta donde subio|tope de|"
        "a cuanto se puso|hasta cuanto tuvo|mas alta que tuvo|mas alto que tuvo|"
        "hasta cuanto se fue|mas alta|mas alto|mas altas|mas altos|maxima|maximo|maximas|maximos|"
        "max|pico|el pico|hasta cuanto|hasta donde|hasta que valor|mayor|tope|techo|mas elevad*|"
        "subio a cuanto|hasta cuanto subio|hasta cuanto llego|hasta cuanto ha llegado|"
        "hasta cuanto ha subido|que tan alta|que tan alto|mas rapido|mas rapida|peor fiebre|"
        "hasta cuanto le subio|hasta cuanto se puso|lo maximo|valor maximo|cifra maxima|"
        "pico maximo|picos|pico mas alto|tope maximo|el mas alto|la mas alta|lo mas elevado|"
        "cuanto llego|como maximo|record|trepo|punto maximo|mayor valor|mayor cifra|"
        "mas acelerad*|a cuanto trepo|que tanto subio|que tanto le subio|valores maximos|mayores|"
        "lo mas que|mas que subio|el mayor|la mayor|que tan elevad*|lo mas rapido|mas deprisa|"
        "peak|peaks|pic|apice|cuspide|maximisim*|lo mas arriba|punto algido|mas disparad*|maxi|"
        "valor tope|mas que tuvo|a lo que mas llego|lo mas que llego|toco techo|tocando techo"
    ),
    Sense.LOWEST: (
        "hasta que punto bajo|cuanto llego a bajar|cuanto bajo|cuanto ha bajado|a que valor bajo|"
        "punto mas bajo|valor mas bajo|cifra mas baja|lo mas bajo|lo mas baja|hasta donde se fue|"
        "mas baja|mas bajo|mas bajas|mas bajos|minima|minimo|minimas|minimos|min|nadir|menor|"
        "hasta cuanto bajo|hasta cuanto cayo|hasta cuanto ha bajado|hasta cuanto le bajo|"
        "hasta cuanto ha caido|hasta donde bajo|hasta donde cayo|hasta donde ha bajado|"
        "que tan baja|que tan bajo|suelo|mas lento|mas lenta|a cuanto bajo|a cuanto cayo|"
        "a cuanto ha bajado|hasta cuanto desatur*|hasta que valor bajo|hasta que valor cayo|"
        "lo minimo|valor minimo|cifra minima|el mas bajo|la mas baja|punto minimo|menor valor|"
        "menor cifra|que tan abajo|mas despacio|lo mas lento|piso de|que tanto bajo|"
        "que tanto le bajo|a cuanto llego a bajar|hasta donde llego a bajar|valores minimos|"
        "menores|lo menos que|el menor|la menor|minimo de|pozo|mini|lo mas abajo|minimisim*|"
        "lo menos que llego|valle|fondo|toco fondo|tocando fondo"
    ),
    Sense.UPWARD: (
        "alta|alto|altas|altos|elevad*|subio|subido|subia|subida|subidas|sube|disparad*|disparo|"
        "dispararse|aumento|aumentado|se fue arriba|arriba|por las nubes|demasiado alta|"
        "demasiado alto|muy alta|muy alto|rapido|rapida|subieron|suben|subir|suba|ascend*|"
        "increment*|crecid*|crecio|aumentaron|aumenta|elevo|elevarse|trepado|trepa|"
        "fue para arriba|al techo|deprisa|de prisa"
    ),
    Sense.DOWNWARD: (
        "baja|bajo|bajas|bajos|bajado|bajaba|bajada|bajadas|bajar|cayo|caido|cae|caer|caida|"
        "caidas|desplom*|descendio|descendido|descenso|descensos|bajon|bajones|hundio|disminuy*|"
        "demasiado baja|demasiado bajo|muy baja|muy bajo|lento|lenta|cayendo por|se le cayo|"
        "se le ha caido|se le bajo|bajaron|bajan|descend*|cayeron|caen|caiga|baje|disminucion|"
        "disminuciones|reduj*|reducid*|por los suelos|por el suelo|en picada|ralentiz*|bajarse|"
        "vino abajo|viene abajo"
    ),
    Sense.ABOVE: (
        "a mas de|ha pasado de|paso los|pasado los|pasa los|pasan de|pasaron de|por encima|"
        "por encima de|encima de|mas de|superior a|superiores a|mayor de|mayor que|mayor a|"
        "mayores de|mayores a|mayores que|supera|supero|superado|superaba|superar|superando|"
        "paso de|pasado de|pasa de|pasaba de|pasar de|sobrepas*|excede|excedio|excedido|sobre|"
        "rebas*|arriba de|>|por arriba de|por arriba|mayor al|mayor o|superior al|pasando de|"
        "rebase|supere|superen|superaron|superior|superiores|exced*|traspas*|cruzo|mas del|"
        "mas alla de|mas arriba de|por sobre"
    ),
    Sense.BELOW: (
        "a menos de|por debajo|por debajo de|debajo de|menos de|inferior a|inferiores a|menor de|"
        "menor que|menor a|menores de|menores a|menores que|bajo de|bajado de|bajo los|baja de|"
        "bajaba de|bajar de|abajo de|cayo de|caido de|caer de|no llega a|no llego a|no llegaba a|"
        "<|por abajo de|por abajo|menor al|inferior al|inferior|inferiores|no alcanz*|menos del|"
        "mas abajo de|bajara de|bajaron de|bajan de|baje de|no pasa de|no paso de|no pasaba de|"
        "caiga de|cae de"
    ),
    Sense.AT_LEAST: (
        "al menos|o mas|o superior|o mayor|>=|≥|llego a|llegado a|llega a|llegar a|llegaba a|"
        "alcanz*|toco los|de hasta|igual o superior|igual o superior a|igual o mayor|"
        "igual o mayor a|igual o mayor que|igual o mas|mayor o igual|mayor o igual a|"
        "superior o igual|superior o igual a|o por encima|por lo menos|a lo menos|llego a los|"
        "llegado a los|llega a los|llego hasta|llegar hasta|o arriba|para arriba|en adelante|"
        "o mas alto|o mas alta|minimo un|por lo bajo|llegaron a|llegan a|llegue a|toco"
    ),
    Sense.AT_MOST: (
        "como mucho|o menos|o inferior|o menor|<=|≤|bajo a|bajado a|cayo a|caido a|"
        "igual o inferior|igual o inferior a|igual o menor|igual o menor a|menor o igual|"
        "menor o igual a|inferior o igual|o por debajo|para abajo|a lo sumo|o abajo|no mas de|"
        "o mas bajo|o mas baja|bajo hasta|bajado hasta|bajo a los|bajaron a"
    ),
    Sense.RANGE: (
        "medianas|rango|rangos|mediana|media|promedio|promedios|entre que|entre cuanto|oscil*|"
        "oscilado|variado|varia|variacion|variaciones|fluctu*|habitual|tipica|normalmente|"
        "en torno a|intervalo|maximo y minimo|maxima y minima|minimo y maximo|minima y maxima|"
        "se ha movido|ha estado moviendo|ha andado|anduvo|medias|horquilla|historial|como ha ido|"
        "como fue|registro de la|entre que valores|de promedio|entre que numeros|"
        "entre que cifras|extremos|valores extremos|minimos y maximos|maximos y minimos|"
        "comportamiento|se comporto|se ha comportado|variabilidad|minimo y el maximo|"
        "minima y la maxima|maximo y el minimo|maxima y la minima|entre cuanto y cuanto|"
        "en que valores|en que cifras|en que rango|en que rangos|entre cuales|mediano|promediado|"
        "promedia|promediando|max y min|min y max|maxima y la mediana|recorrido|amplitud|"
        "se movio|movio|movido|moviendo|se mueve"
    ),
    Sense.NORMAL: (
        "normal|normales|bien|estable|estables|en rango|dentro de rango|dentro de limites|"
        "dentro de la normalidad|en limites|correcta|correcto|correctas|aceptable|en orden|"
        "adecuada|adecuado|dentro de lo normal|buena|bueno|buenas|ok|normalizado|normalizada|"
        "en parametros|en su rango|rango normal|normalidad|compensad*|sin alteraciones|"
        "sin novedad|en rangos normales|dentro de los limites|dentro de limites normales|"
        "en rango normal|dentro de parametros"
    ),
    Sense.STAYED: (
        "se ha mantenido|se mantuvo|mantenido|mantuvo|se mantiene|mantiene|permanecido|permanece|"
        "siempre|se ha quedado|se quedo|se mantuvieron|mantuvieron|permanecio|permanecieron|"
        "permaneciendo|constantemente|mantener|mantenerse"
    ),
    Sense.WORSE: (
        "empeor*|deterior*|peor que|mas grave que|mas malo|mas mala|decae|decaido|va a peor|"
        "a peor|mas enfermo que|mas inestable que|se esta complicando|se ha complicado|"
        "complicando|declive|ido a peor|desmejor*|descompens*|agrav*|pa peor|para peor|"
        "cuesta abajo|peorcit*|retroce*|se complico|mas complicado que|mas delicado que|"
        "mas delicada que|mas jodido que|mas fregado que|va mal|mas deteriorad*"
    ),
    Sense.BETTER: (
        "mejor|mejores|mejor*|recuper*|va a mejor|a mejor|repunta|remonta|remontando|ido a mejor|"
        "mas estable|mejorcit*|repunt*|remont*|menos mal que|mas compensad*|pa mejor|para mejor|"
        "menos grave|mas aliviad*"
    ),
    Sense.DIFFER: (
        "contra|frente al|en contraste con|comparandolo con|comparandola con|en comparacion con|"
        "si lo comparas con|compar*|comparacion|comparado|comparada|comparando|frente a|"
        "respecto a|respecto al|con respecto a|con respecto al|en relacion con|diferenci*|"
        "difiere|cambi*|tendencia|tendencias|evolucion*|evolucion|evolucionado|versus|vs|"
        "en comparacion|a diferencia|progres*|va la|va el|igual que|contrast*|cotej*|diferente|"
        "diferentes|distint*|igual|iguales|igualito|igualita|parecid*|frente|v/s|respecto|"
        "relacion a|en relacion a|con relacion a|difieren|comparativ*|vario|de un turno a otro|"
        "al comparar|cambio|lo mismo que|antes y despues|curso|con relacion al|en relacion al|"
        "relacion al|respecto del|respecto de|con respecto del|en comparacion al|"
        "en comparacion a|comparado al|a diferencia de|a diferencia del|frente a lo|comparandola|"
        "comparandolo|que diferencia|contraposicion|paralelo"
    ),
    Sense.RISING: (
        "va a mas|a mas|yendo a mas|subiendo|aumentando|ascendiendo|creciendo|al alza|en aumento|"
        "en ascenso|elevandose|acelerando|va subiendo|tiende a subir|hacia arriba|incrementando|"
        "yendo para arriba|escalando|en alza|viene subiendo|sigue subiendo|trepando|creciente|"
        "ascendente|cada vez mas alta|cada vez mas alto|cada vez mas rapido|ascenso|"
        "tendencia al alza"
    ),
    Sense.FALLING: (
        "va a menos|a menos|yendo a menos|bajando|descendiendo|disminuyendo|a la baja|"
        "en descenso|cayendo|va bajando|tiende a bajar|hacia abajo|cediendo|remitiendo|remitido|"
        "cedido|yendo para abajo|decreciendo|reduciendo|viene bajando|sigue bajando|"
        "cada vez mas baja|cada vez mas bajo|descendente|en caida|tendencia a la baja|"
        "desplomando|desplomandose"
    ),
    Sense.THAN: "comparado con|comparada con|comparando con|comparado a",
    Sense.MORE: "mas",
    Sense.LESS: "menos",
}
