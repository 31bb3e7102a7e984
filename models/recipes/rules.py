"""Keyword and position rules for the topics: the baseline, and a voice the model is added to.

Nothing but the standard library and ``assistant.drafting``: the application may carry it.
Written from general knowledge of French notes and from training cases only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from assistant.documents import Clause
from assistant.drafting.labels import fold
from assistant.drafting.topics import Topic

T = Topic
_SHARPNESS = 1.0  # scores to log-probabilities: the larger, the surer
_LABELLED = 3.5  # a clause that opens with a section label
_UNDER_LABEL = 1.8  # a clause in the lines under such a label

# (topic, score, pattern on the folded clause: lower case, no accents, no full stops)
_CUES: list[tuple[Topic, float, str]] = [
    (T.IDENTITY, 1.6, r"^(?:m|mr|mme|mlle|monsieur|madame|pt|pte|patiente?|enfant)\b.{0,40}\b\d+ ?(?:ans|a|mois)\b"),
    (T.IDENTITY, 2.5, r"\bddn\b|\bnee? le\b|\bmedecin traitant\b|\bmt ?: ?dr|\bipp\b|\bhospitalisee? du \d|^sejour du|^du \d+[ /].{0,14}au \d"),
    (T.IDENTITY, 1.2, r"^.{0,25}\b\d+ ?ans$|\badressee? par\b|\bchambre \d|\bch \d+$|\bservice de\b"),
    (T.REASON, 2.2, r"\b(?:admise?|hospitalisee?|adressee?|consult\w+|reçue?|recue?|refere?e?|transferee?|present\w+|amenee?|venue?|vue?)\b.{0,50}\b(?:pour|en raison)\b"),
    (T.REASON, 1.5, r"\bmotif\b|^(?:consulte|vient|vu|adresse|entree?) pour\b|\bse present\w+|\baux urgences\b|\ba consulte\b|\bavis (?:demande|sollicite)|\bmerci de\b.*\bavis\b"),
    (T.HISTORY, 2.0, r"\bantecedents?\b|\batcds?\b|\bconnue? pour\b|\bsuivie? (?:pour|depuis)\b|\bfacteurs? de risque|\bsans antecedent"),
    (T.HISTORY, 1.5, r"\b(?:hta|dt2|dt1|diabet\w+|bpco|dyslipid\w+|hypothyroid\w+|asthm\w+|appendicectomie|cholecystectomie|epilep\w+|irc|mrc|sep|parkinson)\b.*\b(?:depuis|en (?:19|20)\d\d|dans l'enfance|ancien\w*|(?:19|20)\d\d)\b"),
    (T.HISTORY, 0.8, r"\b(?:hta|dt2|dt1|diabete|diabetique|bpco|asthme|dyslipidemie|fa|aomi|obesite|avc|ait|idm|saos|goutte)\b"),
    (T.HISTORY, 1.5, r"\bg\d ?p\d\b|\bgeste\b.*\bpare\b|\bmultipare|\bprimipare|\bprimigeste|\bvaccin\w*|\bopere?e? (?:de|d'|en)\b|\bhabitudes toxiques"),
    (T.FAMILY, 2.6, r"\b(?:mere|pere|frere|s(?:oe|œ)ur|oncle|tante|cousine?|grands?[- ](?:mere|pere|parents)|parents|familia(?:l|le|les|ux)|consanguin\w*|fratrie)\b"),
    (T.FAMILY, 1.0, r"\bcas similaires?\b|\bheredit\w+"),
    (T.ALLERGIES, 4.0, r"\ballerg\w+|\ballg\b|\bintolerance?s? (?:a|au|aux)\b|\bintoleran\w+|\banaphyla\w+"),
    (T.LIFESTYLE, 2.2, r"\b(?:vit (?:seule?|avec|en|a|chez|au)|mariee?|divorcee?|veuf|veuve|celibataire|retraitee?|profession|travaille|enfants\b.*\b(?:proche|loin)|aide menagere|aide a domicile|apa|gir ?\d|domicile avec|ehpad|foyer|logement|appartement|maison|portage)\b"),
    (T.LIFESTYLE, 2.0, r"\btabac\b|\btabagi\w+|\bfum\w+|\bpa\b(?=.*(?:sevr|tabac))|\balcool\w*|\bethyli\w+|\bcannabis\b|\boh\b|\bsport\w*|\bconduit\b|\bautonome\b|\bmarche (?:avec|sans) (?:canne|deamb|aide)"),
    (T.USUAL_TREATMENT, 2.2, r"\bttt (?:hab|en cours|entree|usuel|perso|fond)|\btraitement (?:habituel|en cours|de fond|actuel|au long cours|a l'entree)|\btraitee? par\b|\bau long cours|\bprend\b|\bsous\b.{0,30}\bdepuis\b"),
    (T.USUAL_TREATMENT, 1.3, r"\b\d+(?:,\d+)? ?(?:mg|g|µg|ui|mcg|gttes|cp)\b"),
    (T.USUAL_TREATMENT, 0.8, r"\bsous\b|\b\d-\d-\d\b|\b1/j|\bx ?\d ?/ ?j|\bmatin\b|\ble soir\b|\b\d cp\b"),
    (T.PRESENT_ILLNESS, 2.0, r"\bhdm\b|\bhistoire de la maladie|\bdebut\w*\b.*\b(?:brutal|progressi|remont|il y a)|\bdepuis \w+ ?\w* (?:jours?|semaines?|mois|heures?|ans)\b|\bremont\w+ a\b|\bevolu\w+ depuis\b|\bil y a \d+ ?(?:j|jours|sem|semaines|mois|h)\b"),
    (T.PRESENT_ILLNESS, 1.3, r"\bapparition\b|\binstallation\b|\binterrogatoire\b|\bse plai\w+|\brapport\w+|\bdecri\w+|\bsignal\w+|\bdouleurs?\b|\bvomissements?\b|\bfievre\b|\bautomedication|\bchute\b|\bs'aggrav\w+|\baggravation|\bces derniers jours|\bveille\b|\bhier\b"),
    (T.EXAMINATION, 2.4, r"\bexamen (?:clinique|physique|general|neurologique|abdominal|cardio\w+|pulmonaire|ophtalmo\w+|somatique|de l'|du |cutane|a l'|local)|\ba l'examen\b|\bauscultation|\bpalpation|\btoucher (?:rectal|vaginal)|\bl'inspection|\bpercussion|\binspection\b"),
    (T.EXAMINATION, 2.2, r"\b(?:ta|pa) ?(?:a |de |: ?|= ?)?\d|\bspo2\b|\bsat(?:uration)? ?\d|\bfc ?(?:a|:|=)? ?\d|\bfr ?(?:a|:|=)? ?\d|\bgcs\b|\bglasgow|\btension arterielle|\bpouls\b|\bfrequence (?:cardiaque|respiratoire)|\btemperature|\bt° ?(?:a|:)? ?\d|\bapyretique|\bpoids\b.*\btaille|\bimc\b|\beva\b"),
    (T.EXAMINATION, 1.6, r"\bconscient|\bmurmure|\bcrepitants|\bsouffle\b|\bbdc\b|\babdomen\b|\bdefense\b|\bsouple\b|\bconjonctives|\bpaleur|\bictere|\bchemosis|\bacuite visuelle|\bfond d'(?:oeil|œil)|\breflexes|\bdeficit\b|\bmobilit|\bbon etat general|\betat general|\bhemodynami\w+|\badenopathies? palpable|\bomi\b|\bmollets?\b|\bmeninge|\bpupilles|\bhumeur|\bidees? suicid|\bcicatrice|\bmasse\b.*\b(?:ferme|dure|mobile|palp)"),
    (T.LABORATORY, 2.5, r"\bbilan (?:biolog|sanguin|infl|hepat|renal|thyro|marti|phospho|lip)|\bbiolog\w+|\bnumeration|\bnfs\b|\bcrp\b|\bc[- ]reactive|\bhemoglobine|\bhb ?(?:a|:|=)? ?\d|\bgb ?(?:a|:)? ?\d|\bleucocyt|\bhyperleuco|\bplaquettes|\bcreat(?:inine|ininemie)?\b|\bionogramme|\bkaliemie|\bk\+? ?\d|\bna\+? ?\d|\bglycemie|\bhba1c|\btsh\b|\binr\b|\bserolog\w+|\bhemocultures?|\becbu\b|\bbu\b|\bvitesse de sedimentation|\bvs\b.*\bmm|\btransaminases|\basat\b|\balat\b|\blipase|\btroponine|\bnt-?pro|\bbnp\b|\bd-?dimeres|\bferritine|\bproteinurie|\bponction lombaire|\blcr\b|\banticorps|\bdfg\b|\bbeta ?-?hcg|\bmarqueurs tumoraux|\bgaz du sang|\bgds\b|\bcoproculture|\bpcr\b|\bantibiogramme|\bmyelogramme|\bculture\b"),
    (T.INVESTIGATIONS, 2.5, r"\b(?:echograph\w*|echo(?:-?doppler)?|scanners?|tdm|irm|radio\w*|rx|rp|ecg|electrocardiogramme|ett|eto|doppler|fibroscop\w*|endoscop\w*|coloscop\w*|cystoscop\w*|bronchoscop\w*|gastroscop\w*|fogd|eeg|emg|electroence\w+|angiograph\w*|arteriograph\w*|scintigraph\w*|tep|mammograph\w*|biops\w+|histolog\w*|anatomo-?patho\w*|anapath|immunohisto\w*|imagerie|cliches?|coronarograph\w*|spirom\w+|efr|urograph\w*|audiogram\w*|angio-?scanner|uroscanner|oct|bili-?irm)\b"),
    (T.PROCEDURES, 2.4, r"\b(?:interven(?:tion|u)|opere?e?|chirurgi\w+|laparotomie|laparoscopi\w+|coelioscop\w+|exerese|resection|suture\w*|incision|drainage|amputation|\w+ectomie|\w+plastie|\w+stomie|osteosynthese|anesthesie|rachianesthesie|intub\w+|transfus\w+|ponction|abord|voie d'abord|dissection|pose (?:de|d'un)|mise en place|cesarienne|accouchement|angioplastie|stent|ablation|embolisation|curetage|parage|reduction|immobilis\w+|platre|exploration chirurgicale|reprise chirurgicale|bloc)\b"),
    (T.TREATMENT_GIVEN, 2.0, r"\b(?:antibiotherapie|corticotherapie|chimiotherapie|radiotherapie|mise? sous|traitement (?:medical|antibiotique|symptomatique|par|a base|consist\w*|anti\w+)|a reçu|a recu|ont ete administres|bolus|perfus\w+|iv\b|ivd|ivse|remplissage|oxygen\w+|o2\b|aerosols?|kine(?:sitherapie)?|reeducation|heparin\w+|hbpm|cures?|relais|debut\w+ (?:de|un)|instaur\w+|titration|antalgi\w+|beneficie de|conservateur)\b"),
    (T.TREATMENT_GIVEN, 0.8, r"\b(?:ceftriaxone|amoxicilline|gentamicine|metronidazole|furosemide|prednisone|methylprednisolone|morphine|paracetamol|insuline)\b"),
    (T.COURSE, 2.4, r"\bevolution\b|\bsuites? (?:operatoires?|post|simples?|immediates?|etaient|sont)|\b(?:a )?(?:j|s|m)\+?\d+\b|\bdecede?e?\b|\bdeces\b|\bremission|\brecidiv\w+|\bguerison|\bamelior\w+|\bfavorables?\b|\bregress\w+|\bstabl\w+|\bcompliqu\w+|\bau recul|\bavec un recul|\brecul de\b|\bapres \w+ (?:jours|mois|ans|semaines)|\bdisparition|\bnormalis\w+|\bretour a domicile|\bsortie? (?:a|au|de l'hop)|\bdans les suites|\baux controles?|\bau controle|\bpost[- ]?operatoire"),
    (T.CONCLUSION, 2.4, r"\bdiagnostic\b|\bau total\b|\ben faveur\b|\bevoqu\w+|\bconclu\w*|\bretenue?s?\b|\bsuspicion|\bsuspect\w+|\bhypothese|\bprobable\b|\bcompatible avec|\bfaisant (?:evoquer|suspecter)|\bdg\b|\bccl\b|\bsynthese\b|\bcorrespond\w* a|\bclasse(?:e)?\b.*\bstade|\bpt\d"),
    (T.DISCHARGE_STATE, 2.6, r"\b(?:a la|etat (?:a la|de)|poids (?:de|a la)|le jour de la) sortie\b|\bpoids de sortie|\bpoids sec|\bsort (?:autonome|apyr|ce jour)|\bautonome pour|\bmarche avec\b"),
    (T.DISCHARGE_TREATMENT, 2.6, r"\b(?:ttt|traitement|ordonnance|ordo|prescription)s? (?:de |a la )?sortie|\bordonnance|\bprescri\w+|\bpendant \d+ ?(?:j|jours|sem|semaines|mois)\b|\bsi (?:besoin|douleur)\b|\bqsp\b|\ba poursuivre\b|\brenouvel\w+"),
    (T.STOPPED_TREATMENT, 2.6, r"\barret\w*\b.*\b(?:mg|cause|car|devant|le \d|pour|suite|ttt|traitement)|\b(?:arrete|stoppe|suspendu|interrompu|remplace)e?s?\b|\bstop\b|\bremplace par\b|\bswitch|\bne pas reprendre|\barret (?:du|de la|de l'|des|d')|\bdiminue a\b|\baugmente a\b|\bmajore?e? a\b"),
    (T.PENDING, 3.2, r"\ben attente\b|\ben cours\b(?!.*(?:ttt|traitement))|\battend\w*\b.*\bresultat|\bresultats? (?:a|attendu|non)|\ba recuperer|\ben culture|\bnon (?:parvenu|revenu|recu)s?|\bpas encore (?:revenu|recu|rendu|les? resultat)"),
    (T.FOLLOW_UP, 2.2, r"\bcat\b|\brdv\b|\brendez-vous|\bcontrole (?:a|dans|de la|bio|du|le)|\brevoir|\breconsult\w+|\bsurveill\w+|\ba prevoir|\bprevoir|\bprevue?s?\b|\bprogramm\w+|\bsuivi (?:par|en|a|regulier|kine|ide)|\borient\w+ vers|\badresser?\b|\bconsultation (?:de|avec|a|dans|cardio|ortho)|\ba faire|\ba rediscuter|\bdans \d+ (?:j|jours|sem|semaines|mois)\b|\ba j ?\d+$|\bconseil\w*|\bconsignes?|\bpassage (?:ide|infirmier)|\barret de travail|\bdemande (?:de|d')|\ba discuter|\bpropos\w+"),
    (T.PERSON, 2.8, r"\bpersonne de confiance|\bdirectives? anticipees?|\binforme?e?s?\b|\bconsentement|\bsouhait\w+|\brefus\w+|\ba prevenir|\bfamille (?:prevenue|vue|recue|informee|d'accord)|\bprevenue?\b|\bd'accord\b|\bvolonte|\btel(?:ephone)?\b ?:?\d|\b0[1-9](?: ?\d\d){4}|\bcompris\b|\bexplique\w*|\bdc\b.*\bfille"),
    (T.OTHER, 3.0, r"\bnous rapportons|\bnous presentons|\bobservation n|\bfigure\b|\btableau \d|\blitterature|\bcher (?:confrere|ami|collegue)|\bchere? (?:consoeur|consœur)|\bcordialement|\bbien a vous|\bconfraternel|\bmerci de (?:m'avoir|nous avoir)|\bdans notre (?:serie|etude)|^dr [a-z-]+$|\bprise? en charge precoce|\best une (?:maladie|affection|pathologie|tumeur) (?:rare|grave|frequente)|\bcompte rendu\b|^crh?\b|\bcopie a\b"),
]
_RULES = [(list(Topic).index(topic), score, re.compile(pattern)) for topic, score, pattern in _CUES]

# What tends to come where, in tenths of a note: (topic, from, to, score).
_PLACES = [
    (T.REASON, 0.0, 0.12, 0.8),
    (T.IDENTITY, 0.0, 0.08, 0.6),
    (T.HISTORY, 0.0, 0.3, 0.4),
    (T.PRESENT_ILLNESS, 0.05, 0.35, 0.5),
    (T.EXAMINATION, 0.15, 0.55, 0.5),
    (T.COURSE, 0.75, 1.01, 0.8),
    (T.FOLLOW_UP, 0.7, 1.01, 0.4),
    (T.PERSON, 0.6, 1.01, 0.3),
]
_SAME_AS_BEFORE = {  # a clause without a cue goes on with the one before it
    T.EXAMINATION: 0.9,
    T.LABORATORY: 0.5,
    T.INVESTIGATIONS: 0.6,
    T.PROCEDURES: 0.6,
    T.PRESENT_ILLNESS: 0.5,
    T.COURSE: 0.5,
    T.USUAL_TREATMENT: 0.6,
    T.DISCHARGE_TREATMENT: 0.9,
    T.HISTORY: 0.5,
    T.FOLLOW_UP: 0.6,
}


def log_probabilities(text: str, clauses: Sequence[Clause]) -> list[list[float]]:
    """For each clause, the log-probability of each topic, in the order of ``Topic``."""
    topics = list(Topic)
    rows: list[list[float]] = []
    section, before = "", -1
    for number, clause in enumerate(clauses):
        scores = [0.0] * len(topics)
        folded = fold(clause.span.cut(text))
        for index, score, pattern in _RULES:
            if pattern.search(folded):
                scores[index] += score
        place = number / max(1, len(clauses) - 1)
        for topic, start, end, score in _PLACES:
            if start <= place < end:
                scores[topics.index(topic)] += score
        section = _section(text, clauses, number, section)
        if clause.label_topic:
            scores[topics.index(Topic(clause.label_topic))] += _LABELLED
        elif section:
            scores[topics.index(Topic(section))] += _UNDER_LABEL
        if before >= 0:
            scores[before] += _SAME_AS_BEFORE.get(topics[before], 0.0)
        before = max(range(len(scores)), key=scores.__getitem__)
        rows.append(_normalised(scores))
    return rows


def _section(text: str, clauses: Sequence[Clause], number: int, section: str) -> str:
    """The topic of the label that reigns over a clause: until a blank line or another label."""
    clause = clauses[number]
    if clause.label_topic:
        return clause.label_topic
    if number == 0:
        return ""
    gap = text[clauses[number - 1].span.end : clause.span.start]
    return "" if gap.count("\n") >= 2 else section


def _normalised(scores: Sequence[float]) -> list[float]:
    sharp = [score * _SHARPNESS for score in scores]
    top = max(sharp)
    total = top + math.log(sum(math.exp(score - top) for score in sharp))
    return [score - total for score in sharp]
