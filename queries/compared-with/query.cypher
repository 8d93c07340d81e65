// What is CONCEPT, or anything narrower, compared with?
CALL () {
  MATCH (a:Concept) WHERE $concept IS NULL RETURN a
  UNION
  MATCH (:Concept {iri: $concept})<-[:BROADER*0..]-(a:Concept) RETURN a
}
CALL (a) {
  // compared in a sentence
  MATCH (a)-[r:COMPARED_WITH]-(b:Concept)
  WHERE r.polarity = 'asserted' AND r.score >= $min_score AND $basis <> 'paper'
  RETURN b, r.paper AS paper, r.paper AS stating, null AS result, r.score AS score, r.paper + ' ' + r.id AS source
  UNION ALL
  // one as baseline of a result of the other
  MATCH (a)<-[l:RESULT_METHOD|RESULT_BASELINE]-(r:Result)-[m:RESULT_METHOD|RESULT_BASELINE]->(b:Concept)
  WHERE type(l) <> type(m) AND r.polarity = 'asserted' AND r.score >= $min_score AND $basis <> 'paper'
  RETURN b, r.paper AS paper, r.paper AS stating, r.paper + ' ' + r.id AS result, r.score AS score,
         r.paper + ' ' + r.id AS source
  UNION ALL
  // one proposed, the other compared with it, in the same paper
  MATCH (a)<-[l:PAPER_PROPOSES|PAPER_COMPARES]-(p:Paper)-[m:PAPER_PROPOSES|PAPER_COMPARES]->(b:Concept)
  WHERE type(l) <> type(m) AND l.polarity = 'asserted' AND l.score >= $min_score
    AND m.polarity = 'asserted' AND m.score >= $min_score AND $basis <> 'stated'
    AND EXISTS {
      MATCH (a)<-[n:NAMES]-(p)-[o:NAMES]->(b)
      WHERE any(t IN ['Method', 'Hardware'] WHERE t IN n.types AND t IN o.types)
    }
  RETURN b, p.iri AS paper, null AS stating, null AS result, null AS score, p.iri AS source
}
WITH a, b, paper, stating, result, score, source
WHERE a.iri <> b.iri AND ($concept IS NOT NULL OR a.iri < b.iri)
RETURN a.label AS concept, b.label AS rival, count(DISTINCT stating) AS stated, count(DISTINCT result) AS results,
       count(DISTINCT paper) AS papers, max(score) AS score, a.iri AS concept_iri, b.iri AS rival_iri,
       collect(DISTINCT source) AS sources
ORDER BY stated DESC, results DESC, papers DESC, concept, rival
