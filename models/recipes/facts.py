"""The words the fact model draws from whatever the situation: treatments, habits, wishes…"""

from __future__ import annotations

# Drug, doses, unit; the first group is long-term treatment, the second is for an episode.
LONG_TERM = [
    ("bisoprolol", "1,25 2,5 5 10", "mg"), ("ramipril", "1,25 2,5 5 10", "mg"),
    ("périndopril", "2 4 5 10", "mg"), ("amlodipine", "5 10", "mg"),
    ("furosémide", "20 40 60 80", "mg"), ("apixaban", "2,5 5", "mg"),
    ("rivaroxaban", "15 20", "mg"), ("fluindione", "20", "mg"), ("kardégic", "75 160", "mg"),
    ("clopidogrel", "75", "mg"), ("atorvastatine", "10 20 40 80", "mg"),
    ("rosuvastatine", "5 10 20", "mg"), ("metformine", "500 850 1000", "mg"),
    ("gliclazide", "30 60", "mg"), ("sitagliptine", "50 100", "mg"), ("dapagliflozine", "10", "mg"),
    ("Lantus", "10 18 24 34", "UI"), ("Toujeo", "12 20 36", "UI"), ("Novorapid", "4 6 8 10", "UI"),
    ("dulaglutide", "0,75 1,5", "mg"), ("lévothyroxine", "25 50 75 100 125", "µg"),
    ("candésartan", "4 8 16", "mg"), ("irbésartan", "150 300", "mg"), ("spironolactone", "25 50", "mg"),
    ("pantoprazole", "20 40", "mg"), ("oméprazole", "20", "mg"), ("tamsulosine", "0,4", "mg"),
    ("donépézil", "5 10", "mg"), ("mémantine", "10 20", "mg"), ("sertraline", "50 100", "mg"),
    ("escitalopram", "5 10 20", "mg"), ("mirtazapine", "15 30", "mg"), ("venlafaxine", "37,5 75", "mg"),
    ("quétiapine", "50 300", "mg"), ("rispéridone", "1 2", "mg"), ("olanzapine", "5 10", "mg"),
    ("lithium", "400", "mg"), ("lamotrigine", "50 100", "mg"), ("lévétiracétam", "500 1000", "mg"),
    ("valproate", "500", "mg"), ("zopiclone", "3,75 7,5", "mg"), ("oxazépam", "10", "mg"),
    ("prégabaline", "75 150", "mg"), ("allopurinol", "100 200", "mg"), ("alendronate", "70", "mg"),
    ("méthotrexate", "10 15 20", "mg/sem"), ("prednisone", "5 7,5 10", "mg"),
    ("Symbicort", "200 400", "µg"), ("Spiriva", "18", "µg"), ("Trimbow", "2-0-2", ""),
    ("Ventoline", "à la demande", ""), ("sinemet", "100", "mg"), ("amiodarone", "200", "mg"),
    ("digoxine", "0,125", "mg"), ("tacrolimus", "1 2", "mg"), ("Xalatan", "1 gtte", ""),
    ("vitamine D", "100 000 UI/3 mois", ""), ("méthadone", "40 60", "mg"), ("optilova", "1 cp", ""),
]
EPISODE = [
    ("paracétamol", "500 1000", "mg"), ("paracétamol", "1", "g"), ("amoxicilline", "1", "g"),
    ("Augmentin", "1", "g"), ("ibuprofène", "200 400", "mg"), ("tramadol", "50 100", "mg"),
    ("kétoprofène", "50 100", "mg"), ("prednisone", "20 40 60", "mg"), ("prednisolone", "20 40", "mg"),
    ("Lovenox", "0,4", "mL"), ("enoxaparine", "4000 6000", "UI"), ("tinzaparine", "4500", "UI"),
    ("ofloxacine", "200", "mg"), ("ciprofloxacine", "500", "mg"), ("fosfomycine", "3", "g"),
    ("Oxynormoro", "5 10", "mg"), ("oxycodone LP", "10 20", "mg"), ("Actiskenan", "5", "mg"),
    ("fer (Tardyferon)", "80", "mg"), ("Movicol", "1 sachet", ""), ("phloroglucinol", "80", "mg"),
    ("lansoprazole", "15 30", "mg"), ("colchicine", "0,5 1", "mg"), ("alprazolam", "0,25", "mg"),
    ("hydroxyzine", "25", "mg"), ("nicotine patch", "14 21", "mg"), ("cefpodoxime", "100", "mg"),
    ("pyostacine", "1", "g"), ("ondansétron", "4 8", "mg"), ("racécadotril", "100", "mg"),
]
TIMES = [
    "matin", "le matin", "le soir", "1/j", "x2/j", "x 2", "x3/j", "1-0-0", "1-0-1", "0-0-1",
    "matin et soir", "midi et soir", "1 cp/j", "2 cp le matin", "au coucher", "si besoin", "SB", "/j",
]
LENGTHS = ["3 j", "5 j", "7 j", "7 jours", "10 jours", "15 j", "1 mois", "3 mois", "6 sem", "QSP 1 mois"]
DISEASES = [
    "HTA", "DT2", "diabète de type 1", "FA", "BPCO", "asthme", "dyslipidémie", "hypothyroïdie",
    "AOMI", "AVC 2019", "AIT", "IDM 2015", "SAOS appareillé", "goutte", "ostéoporose",
    "insuffisance rénale chronique", "cardiopathie ischémique", "prothèse de hanche D", "RGO",
    "appendicectomie", "cholécystectomie 2012", "hystérectomie", "cataracte bilat", "EP en 2018",
    "cancer du sein G 2010", "adénome de prostate", "arthrose", "migraine", "dépression 2016",
    "hépatite B guérie", "épilepsie", "glaucome", "hernie inguinale opérée", "obésité",
    "maladie de Parkinson", "anémie", "tuberculose dans l'enfance", "zona", "PTG G", "varices",
]
ALLERGIES = [
    "Allergie : aucune connue", "Pas d'allergie connue", "pas d'allergie", "Allergies : 0", "All : Ø",
    "Allergie à la pénicilline ({rash/urticaire/œdème de Quincke} en 20{00-23})",
    "allergique {au latex/à l'iode/aux sulfamides/à l'amoxicilline}", "Allergie : {iode/aspirine/bétalactamines}",
    "intolérance {au ramipril (toux)/à la morphine (nausées)/aux statines (myalgies)/au lactose}",
    "ALLERGIE PENI", "aucune allergie médicamenteuse", "réaction cutanée à {l'Augmentin/la codéine}",
    "allergie alimentaire : {arachide/kiwi/œuf}", "pas d'allergie ni intolérance rapportée",
    "dit être allergique à {la cortisone/l'aspirine}, sans preuve", "rhinite allergique aux pollens",
    "Iode : {choc anaphylactique/urticaire} en {1990-2020}", "pénicilline : {œdème/éruption} dans l'enfance, jamais testée", "latex : oui", "allergies : {fraise/pollens/acariens}, pas de médicament", "(fille dit allergie {péni/iode}, dossier dit non)", "mal toléré {le fer/la codéine} (vomissements)", "bilan allergo {négatif/jamais fait}", "pas d'allergie connue mais intolérance {au Nubain/à l'AINS}",
]
FAMILY = [
    "père décédé d'un {IDM/cancer du côlon/AVC} à {48-80} ans", "mère {DT2/hypertendue/Alzheimer}",
    "{sœur/frère} {asthmatique/diabétique/épileptique}", "pas d'ATCD familial", "ATCD fam : RAS",
    "{frère/père} {K poumon/K prostate/mélanome}", "mère K sein à {38-70} ans", "cousin germain maladie de Crohn",
    "pas de cancer dans la famille", "parents non consanguins", "mort subite chez un oncle à {30-50} ans",
    "grand-mère maternelle {K ovaire/démente}", "fratrie de {2-7}, en bonne santé", "fils porteur de la mutation",
    "hérédité CV : père coronarien à {45-60} ans",
    "papa {porteur drépano AS/asthmatique}, maman {AA/migraineuse}", "maman {HTA gravidique/épileptique}", "elle non, mais sa sœur {opérée du sein/sous AVK}", "tante maternelle coeliaque", "père dcd K {pancréas/colon}",
]
LIFE = [
    "vit seul(e) en {appartement au 3e sans ascenseur/maison de plain-pied}", "vit avec {son épouse/son mari/ses parents}",
    "{veuf/veuve}, {1-5} enfants {à proximité/loin}", "retraité {SNCF/de l'enseignement/agricole}", "marié, {1-4} enfants",
    "profession : {maçon/comptable/aide-soignante/chauffeur PL/coiffeuse/informaticien}", "travaille comme {serveur/caissière/infirmier}",
    "tabac {5-60} PA {sevré 2015/non sevré/actif}", "fume {5-30} cig/j", "non fumeur", "OH : {0/occasionnel/3 verres/j}",
    "alcool le week-end", "cannabis festif", "IDE {1-2}/j, aide ménagère {2-6} h/sem", "autonome pour les AVQ",
    "marche avec une canne, ne sort plus", "portage des repas, téléalarme", "GIR {2-5}", "APA en cours", "ne conduit plus",
    "sport : {natation/vélo/marche} {1-3}/sem", "sédentaire", "étudiant en {droit/BTS}, coloc", "droitier", "ADL {3-6}/6 avant",
    "en invalidité cat 2", "au chômage depuis 20{15-24}", "aidante : sa fille", "2 chats à la maison", "sans domicile fixe, 115",
    "habite avec {sa fille/son frère}, étage sans ascenseur", "IDE passe matin et soir", "{fils/voisine} fait les courses", "mange seul(e), aide pour la toilette", "ne fume plus depuis {2005-2023}", "arrêt de travail depuis {juin/mars}", "nounou la journée, école maternelle", "2 enfants {12/9} et {15/7} ans", "agriculteur, exposition aux pesticides", "communique par {le regard/gestes}", "boit {1-3} verres de vin/j", "auxiliaire de vie {matin/soir}",
]
PERSON = [
    "personne de confiance : {son épouse/sa fille/son fils/sa sœur} <tel>", "à prévenir : {fille/fils/épouse} <tel>",
    "informé{/e} du diagnostic, a compris", "famille prévenue par tél ce jour", "souhaite rentrer à domicile",
    "refuse {le SMR/la transfusion/la chirurgie/l'EHPAD}", "directives anticipées : {non rédigées/oui, dans le dossier}",
    "patient d'accord avec la prise en charge", "fille vue, d'accord pour le retour", "ne souhaite pas de réanimation",
    "consentement éclairé recueilli", "épouse prévenue de la sortie", "accepte l'intervention", "explications données au patient",
    "ne veut pas que {son fils/sa famille} soit informé", "très inquiet pour {sa chienne/son mari}", "veut « {rentrer mourir chez moi/qu'on me laisse tranquille} »",
    "courrier remis en main propre", "contact : {Mme/M.} <nom> (voisine) <tel>", "sous tutelle : {UDAF/sa sœur}", "en parle avec sa famille avant décision",
    "dit « {je veux rentrer/ça suffit} »", "père à rappeler au <tel>", "pas d'accord pour {la sonde/l'EHPAD} pour l'instant", "accepte mais craint les {aiguilles/effets secondaires}", "maman rassurée", "n'a pas voulu prévenir sa famille", "préfère attendre", "{mari/femme} présent(e), a tout compris", "appel de la fille : donne des nouvelles, inquiète", "demande qu'on ne le dise pas à {sa mère/ses enfants}", "aidante épuisée",
]
FOLLOWING = [
    "RDV <dr> le <date> à <heure>", "cs {cardio/pneumo/ortho/neuro/ophtalmo} le <date>", "revoir dans {1-6} {mois/sem}",
    "bio à J{3-10}", "contrôle {NFS/iono/créat/INR} dans {3-15} j", "IDE à domicile {1-2}/j", "kiné {2-3} fois par semaine",
    "reconsulter si {fièvre/douleur/saignement/dyspnée}", "surveillance TA et poids", "{TDM/IRM/écho} de contrôle à {1-6} mois",
    "merci de {surveiller la fonction rénale/contrôler l'iono/réévaluer le traitement}", "arrêt de travail jusqu'au <date>",
    "transfert en {SMR/médecine/gériatrie} le <date>", "retour domicile avec {IDE/HAD/aides}", "réévaluation à J{2-10}",
    "avis {ortho/cardio/diabéto} demandé", "à rediscuter à {J7/J10/1 mois}", "régime {sans sel/diabétique/sans résidu}", "suivi par le MT", "vaccins à mettre à jour",
    "adressé à <dr> pour avis", "pas de rdv systématique", "demande de {SMR/HAD/ALD} faite", "bilan à refaire dans {2-6} sem",
    "je le revois le <date>", "Appeler si {T>38,5/saignement}", "mobiliser lame demain", "à jeun à partir de minuit", "Consignes écrites : si {fièvre/refus alimentaire} → urg", "{CV/IRM/EEG} à demander", "poursuivre idem", "suivi par <dr>", "pas de {port de charge/sport} {2-6} sem", "dossier {MDPH/ALD} à faire", "merci de recontrôler {TA/NFS}", "{SRO/pansement} à continuer", "réadresser si récidive", "TDM demandé, prévu demain {14/9}h", "vu avec <dr> : RAD possible", "→ {EHPAD/SMR} dès place",
]
PENDING = [
    "{TSH/hémocultures/ECBU/anapath/sérologies/vit D} en attente", "résultat {de la biopsie/du Holter/de l'EPP} en attente",
    "{ECBC/coproculture/prélèvement de plaie} en cours", "{ferritine/B12/anticorps} prélevée le <date>, résultat non parvenu",
    "reste à récupérer {le CR d'anapath/l'antibiogramme/le dosage de l'ECA}", "relecture {du scanner/de la radio} demandée, non rendue",
    "{PCR/quantiféron/génétique} : résultat attendu sous {3-15} j", "CR opératoire à recevoir", "antibiogramme pas encore revenu", "labo n'a pas encore rendu {la TSH/le NT-proBNP/la sérologie}",
    "{hémocs/ECBU/coproculture} envoyées, pas de résultat", "avis {urologue/neuro} demandé, réponse pas encore reçue", "prélevés ce jour, je vous adresserai les résultats", "{troponine H6/bilan lipidique} à récupérer", "{TSH/génétique} demandée, non reçue à ce jour", "on attend {l'IRM/le résultat FISH/la bactério}", "{IgE/vit B12} non parvenues",
]
STOP_WHY = [
    "arrêté", "arrêté le <date>", "arrêtée (hypotension)", "STOP", "stoppé (créat {140-220})", "suspendu jusqu'à nouvel ordre",
    "arrêté car {bradycardie/hyponatrémie/chutes/toux/hypoglycémies/OMI}", "à ne pas reprendre", "remplacé par <autre>",
    "diminué à <dose>", "augmenté à <dose>", "switch pour <autre>", "interrompu par le patient il y a {1-4} sem", "non repris à la sortie", "baissé vu le DFG", "arrêt définitif",
    "supprimé", "baissé de {5-10} à {1-4} mg", "{4-8}->{10-16}", "passé à <dose>", "diminué par {10/25} sur {2-4} sem puis stop", "arrêté seul il y a {1-3} mois", "mis en pause pendant l'ATB", "en stand by", "pas repris", "remplacé par <autre> (dig)", "remplacé par LP", "a stoppé d'elle-même (nausées)", "déprescrit", "espacé à 1j/2", "majoré à <dose>", "contre-indiqué désormais",
]
VITALS = [
    "TA {9-19}/{5-11}", "TA {105-185}/{55-105}", "PA {100-180}/{55-100} mmHg", "FC {48-135}", "pouls {50-125}", "SpO2 {82-100} % {AA/sous 2 L/sous 3L/}",
    "sat {86-99}", "T {36-39},{0-9}", "T° 37,{0-9}", "apyrétique", "FR {12-36}", "GCS {9-15}", "Glasgow 15", "EVA {0-10}/10", "poids {42-120} kg, taille {148-192}",
    "IMC {16-43}", "EN {0-9}", "hémodynamique stable", "dextro {0,6-3,6}", "diurèse conservée", "bon état général", "patient conscient, orienté",
    "{8-20}h T 3{6-9},{0-9} TA {10-16}/{5-9}", "PA couché {120-150}/{70-85} debout {90-140}/{55-80}", "{60-110} kg (+{1-4})", "dlr EN {0-8}", "selles 0 depuis {2-5}j", "diurèse {300-1800} urines {claires/foncées}", "FC {55-120} rég",
]
EXAM_PLUS = [
    "auscultation libre", "abdomen souple, indolore", "pas de déficit neurologique", "mollets souples", "pas d'adénopathie", "BDC réguliers sans souffle",
    "examen sans particularité", "le reste de l'examen est normal", "pas d'OMI", "peau sans lésion", "pâleur conjonctivale", "examen neuro RAS", "pas de SLR", "murmure vésiculaire symétrique", "marche stable", "orientée dans le temps et l'espace",
]
BIO_PLUS = [
    "Hb {7-16},{0-9}", "CRP {1-280}", "GB {3-22} {/000}", "créat {50-260}", "K {3-6},{0-9}", "Na {120-148}", "iono normal", "NFS sp", "plaquettes {40-480}", "BNP {40-2800}",
    "TSH {0,1-8,0}", "bilan hépatique normal", "INR {1,0-4,5}", "BU négative", "glycémie {0,6-3,2} g/L", "bio RAS", "albu {22-44}", "troponine neg", "D-dimères {300-4200}", "ferritine {8-900}",
    "gly {0,6-3,4} à {6-20}h", "{8-18}h dextro {0,7-3,2}", "CRP {100-250} -> {10-90}", "créat {90-180} (base {60-110})", "NTproBNP {300-9000}", "ferritine {3-12}, Hb {9-11}", "pricks {positifs/négatifs} aux acariens", "sérologies {neg/VHB +}",
]
OTHER = [
    "Cher confrère,", "Chère consœur,", "Cher ami,", "Bien confraternellement", "Cordialement", "Bien cordialement, <dr>", "Confraternellement, <dr>", "<dr>",
    "CR d'hospitalisation", "Compte rendu de consultation", "Copie : <dr>", "Merci de votre confiance", "Transmissions", "note du <date>", "relu <date>", "Je vous remercie de m'avoir adressé ce patient",
    "dictée du <date>", "secrétaire : à mettre en forme svp", "IDE <nom>", "interne de garde", "dossier à scanner", "cf courrier précédent", "(suite page 2)",
    "{MATIN/APRES MIDI/NUIT} (<nom> IDE)", "IDE nuit", "Cs MG", "interne {10-20}h30", "à la ligne", "point à la ligne", "Inventaire des affaires fait", "carnet vu", "Transmissions <date>", "UNV", "dictée neuro", "Urgences, IAO, tri {2-4}", "avis de liaison", "ATCD", "Examen",
]
LABELS: dict[str, list[str]] = {
    "identite": ["Patient : ", "Identité : ", ""], "motif": ["Motif : ", "Motif d'hospitalisation : ", "MDC : ", "Adressé pour ", "Vient pour ", "Motif de consultation : ", "Entrée pour ", "Hospitalisée pour "],
    "antecedents": ["ATCD : ", "Antécédents : ", "ATCD ", "atcd: ", "Antécédents médicaux : ", "ATCD méd/chir : ", "Terrain : "], "familiaux": ["ATCD fam : ", "Familiaux : ", "atcd familiaux: ", "Antécédents familiaux : "],
    "allergies": [""], "mode_de_vie": ["MDV : ", "Mode de vie : ", "Social : ", "Contexte : ", "Habitus : "], "traitement_habituel": ["TTT : ", "TTT entrée : ", "Traitement habituel : ", "ttt: ", "TTT en cours : ", "Traitement : ", "prend ", "sous ", "ttt perso "],
    "histoire": ["HDM : ", "Histoire de la maladie : ", "hdm ", "Anamnèse : ", "Ce jour : "], "examen": ["Examen : ", "Ex : ", "Clinique : ", "À l'examen : ", "ex clin: ", "Constantes : ", "O/ ", "A l'entrée : ", "exam "], "biologie": ["Bio : ", "Biologie : ", "bio ", "BS : ", "Bilan : ", "Labo : "],
    "explorations": ["Imagerie : ", "Ex comp : ", "Examens complémentaires : ", "Paraclinique : ", ""], "actes": ["Actes : ", "Geste : ", "Intervention : ", "Bloc : ", ""], "traitement_recu": ["PEC : ", "Prise en charge : ", "TTT reçu : ", "Dans le service : ", "A reçu ", "Actions : ", ""],
    "evolution": ["Évolution : ", "evol: ", "Suites : ", "Evolution ", "R/ ", ""], "conclusion": ["Conclusion : ", "Au total : ", "CCL : ", "Dg : ", "=> ", "Au total ", "Synthèse : ", "Hypothèse : "], "etat_sortie": ["Etat à la sortie : ", "Sortie : ", "A la sortie, ", "Etat de sortie : ", ""],
    "traitement_sortie": ["TTT sortie : ", "Ordonnance : ", "Ordo : ", "Traitement de sortie : ", "Sort avec ", "P/ ", "ttt de sortie: ", "Prescription : ", "Sortie avec "], "traitement_arrete": ["Arrêtés : ", "Modifications : ", "Changements : ", "", ""], "en_attente": ["En attente : ", "Résultats en attente : ", "A récupérer : ", ""],
    "suites": ["CAT : ", "Suite : ", "Suites : ", "Plan : ", "→ ", "A prévoir : ", "cat ", "Conduite à tenir : ", "Consignes : ", "Devenir : "], "personne": ["Famille : ", "PDC : ", "Entourage : ", ""], "hors_sujet": [""],
}
# How a letter or a dictation says the facts of a topic; {} takes them joined.
SENTENCES: dict[str, list[str]] = {
    "motif": ["{pat} a été hospitalisé{e} dans le service pour {}.", "Je vois ce jour {pat} pour {}.", "{Il} nous est adressé{e} par le docteur <nom> pour {}.", "{Il} consulte pour {}.", "Motif de la venue : {}."],
    "antecedents": ["Dans ses antécédents, on note {}.", "Rappelons que {il} a comme antécédents {}.", "{Il} a pour antécédents {}.", "On retient {}.", "Comme vous le savez, {il} est suivi{e} pour {}."],
    "familiaux": ["Sur le plan familial, {}.", "Dans la famille : {}.", "On note {}."], "allergies": ["{}."], "mode_de_vie": ["Sur le plan social, {}.", "{}.", "{Il} {}."],
    "traitement_habituel": ["{Il} prend habituellement {}.", "Son traitement comporte {}.", "Son traitement actuel associe {}.", "{Il} prenait {}."], "histoire": ["L'histoire de la maladie : {}.", "{Il} décrit {}.", "Les symptômes ont débuté ainsi : {}.", "{Il} rapporte {}.", "À l'interrogatoire, {}."],
    "examen": ["À l'examen, {}.", "L'examen clinique retrouve {}.", "À son arrivée, {}.", "Cliniquement, {}.", "Ce jour {}."], "biologie": ["Le bilan biologique montre {}.", "Biologiquement, {}.", "La biologie retrouve {}.", "Au laboratoire, {}."],
    "explorations": ["Les examens d'imagerie : {}.", "{}.", "Sur le plan paraclinique, {}.", "Nous avons réalisé un bilan : {}."], "actes": ["{Il} a bénéficié de : {}.", "L'intervention a consisté en {}.", "Nous avons procédé à {}."],
    "traitement_recu": ["{Il} a reçu {}.", "Nous avons instauré {}.", "La prise en charge a comporté {}.", "{Il} a été mis{e} sous {}."], "evolution": ["L'évolution est marquée par {}.", "L'évolution : {}.", "Dans les suites, {}.", "Par la suite {}."],
    "conclusion": ["Au total, {}.", "Nous concluons à {}.", "En conclusion : {}.", "Le diagnostic retenu est {}.", "Donc {}."], "etat_sortie": ["À la sortie, {}.", "Le jour de la sortie, {}."], "traitement_sortie": ["{Il} sort avec {}.", "Le traitement de sortie comporte {}.", "Je lui prescris {}.", "Ordonnance remise : {}."],
    "traitement_arrete": ["{}.", "Nous avons modifié le traitement : {}.", "À noter : {}."], "en_attente": ["{}.", "Restent en attente : {}."], "suites": ["Je propose {}.", "{Il} sera revu{e} : {}.", "Nous prévoyons {}.", "La suite : {}.", "Merci de prévoir {}."], "personne": ["{}.", "Nous avons informé : {}.", "{Il} exprime : {}."],
    "hors_sujet": ["{}"], "identite": ["{}."],
}
MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"]
NO_HISTORY = ["pas d'ATCD", "sans antécédent notable", "ATCD : RAS", "aucun atcd"]
NO_TREATMENT = ["pas de ttt", "aucun traitement", "aucun", "0"]
TITLES = {  # of a man, of a woman
    "adult": (["M.", "Mr", "Monsieur", "M"], ["Mme", "Madame", "Mme"]),
    "child": (["enfant", "petit", "le petit"], ["enfant", "petite", "la petite"]),
}
DOCTORS = ["", "", ", MT <dr>", ". MT : <dr>", ", adressé par <dr>", " (MT <dr>)"]
STAYS = [", du <date> au <date>", ", hospit du <date> au <date>", ", entré(e) le <date>", ", lit {1-40}", ", ch {100-420}"]
PLACES = [
    "CS", "Transmissions", "CR hospit cardio", "VAD", "Visite EHPAD", "SDN", "SAU box {1-12}", "UHCD", "Med poly", "HDJ",
    "Chir J{1-5} post op", "CMP", "PMI", "SSIAD", "HAD", "SMR", "EMG", "Bloc obst", "Néonat", "MAS", "Cabinet",
]
# What any situation may borrow: topic, chance, pool, least and most facts.
BORROWED = [
    ("antecedents", 0.6, DISEASES, 1, 5), ("familiaux", 0.3, FAMILY, 1, 2), ("allergies", 0.6, ALLERGIES, 1, 1),
    ("mode_de_vie", 0.6, LIFE, 1, 4), ("examen", 0.7, VITALS, 1, 5), ("examen", 0.3, EXAM_PLUS, 1, 3),
    ("biologie", 0.3, BIO_PLUS, 1, 5), ("suites", 0.5, FOLLOWING, 1, 3), ("personne", 0.5, PERSON, 1, 2),
    ("en_attente", 0.35, PENDING, 1, 2),
]
ADULT = {"antecedents", "mode_de_vie"}  # seldom borrowed for a child
# Facts whose words point to another topic than theirs: negations, relatives, sides, dates, others' treatments.
TRAPS = [
    ("familiaux", "père sous {apixaban/AVK} pour une FA, pas le patient"), ("familiaux", "fille allergique à la pénicilline, pas elle"),
    ("familiaux", "frère opéré de la hanche {D/G} le <date>"), ("familiaux", "mère décédée pendant une chimiothérapie"),
    ("antecedents", "allergies de l'enfance guéries, testées en 20{05-20}"), ("antecedents", "scanner cérébral normal en 20{10-22} pour céphalées"),
    ("antecedents", "anticoagulé 6 mois en 20{08-20} puis arrêt"), ("antecedents", "fracture du poignet {D/G} opérée le <date> il y a des années"),
    ("antecedents", "pas de diabète, pas d'HTA, pas de cholestérol"), ("antecedents", "coloscopie de 20{12-22} : polype bénin"),
    ("histoire", "n'a pris ni antibiotique ni anti-inflammatoire"), ("histoire", "a vu son médecin le <date>, radio {D/G} normale d'après lui"),
    ("histoire", "la douleur était à {D/G}, elle est passée de l'autre côté"), ("histoire", "a arrêté de lui-même puis repris hier"),
    ("histoire", "pas de chute, pas de malaise, pas de fièvre à la maison"), ("histoire", "prise de sang faite en ville le <date>, résultats non apportés"),
    ("examen", "cicatrice d'appendicectomie"), ("examen", "pas de douleur à {D/G}, douleur exquise de l'autre côté"),
    ("examen", "bandelette urinaire non faite, pansement non défait"), ("examen", "dit qu'il n'a pas mal, grimace à la mobilisation {D/G}"),
    ("biologie", "pas de syndrome inflammatoire"), ("biologie", "bilan du <date> récupéré ce jour : {créat 88/NFS normale}"),
    ("biologie", "hémocultures négatives à J{2-5}"), ("explorations", "pas de scanner fait (refus du radiologue)"),
    ("explorations", "écho du <date> relue : rein {D/G} normal, pas de dilatation"), ("explorations", "radio {D/G} faite par erreur, côté {D/G} refait"),
    ("traitement_recu", "pas d'antibiotique donné"), ("traitement_recu", "a eu son traitement habituel pendant le séjour"),
    ("traitement_recu", "héparine 48 h puis rien"), ("evolution", "pas de récidive, pas de transfusion nécessaire"),
    ("evolution", "résultat du {TDM/ECBU} rendu le <date>, rassurant, antibiotique poursuivi"), ("conclusion", "pas d'argument pour une {EP/méningite/fracture}"),
    ("conclusion", "allergie peu probable, à explorer"), ("traitement_arrete", "ne plus prendre {ibuprofène/aspirine} même si douleur"),
    ("traitement_arrete", "pas de reprise de l'anticoagulant avant avis"), ("traitement_sortie", "reprise de l'apixaban le <date>, même dose"),
    ("traitement_sortie", "pas d'ordonnance de sortie, traitement inchangé"), ("en_attente", "rien reçu du labo pour {la TSH/l'anapath}"),
    ("suites", "ne pas reconvoquer si {bilan normal/pas de fièvre}"), ("suites", "rappeler le labo si pas de nouvelle le <date>"),
    ("suites", "pas de contrôle radio nécessaire"), ("suites", "si allergie au produit de contraste : prévenir la radio"),
    ("personne", "ne veut pas être opéré{/e} du côté {D/G}"), ("personne", "sa mère est sa personne de confiance depuis le <date>"),
    ("personne", "a bien compris qu'il faut arrêter le tabac"), ("personne", "refuse le scanner prévu le <date>"),
    ("mode_de_vie", "ne fume pas, ne boit pas, pas de drogue"), ("mode_de_vie", "s'occupe de son mari dément à la maison"),
    ("mode_de_vie", "infirmier à domicile pour son épouse, pas pour lui"), ("etat_sortie", "pas de fièvre le jour du départ"),
    ("allergies", "a déjà eu de l'{amoxicilline/Augmentin} sans réaction"), ("allergies", "intolérance digestive au fer, pas une allergie"),
    ("motif", "adressé pour avis, pas d'urgence"), ("motif", "revient pour la même douleur {D/G} qu'en {mars/juin}"),
]
SPOKEN = ["alors ", "donc ", "euh ", "voilà ", "bon ", "et puis ", "ensuite ", "par ailleurs "]
NUMBERS = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf", "vingt"]
