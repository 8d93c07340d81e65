// Which hardware does METHOD, or anything narrower, run on?
MATCH (:Concept {iri: $method})<-[:BROADER*0..]-(m:Concept)
WITH DISTINCT m
CALL (m) {
  // stated by a sentence
  MATCH (m:Concept)-[r:RUNS_ON]->(h)
  WHERE r.polarity = 'asserted' AND r.score >= $min_score AND $basis <> 'paper'
  RETURN h, r.paper AS paper, r.paper AS stating, r.score AS score, r.paper + ' ' + r.id AS source
  UNION ALL
  // roles in the same paper
  MATCH (h)<-[r1:PAPER_RUNS_ON]-(p:Paper)-[r2:PAPER_PROPOSES|PAPER_USES]->(m:Concept)
  WHERE r1.polarity = 'asserted' AND r1.score >= $min_score AND r2.polarity = 'asserted' AND r2.score >= $min_score
    AND $basis <> 'stated' AND EXISTS { MATCH (p)-[n:NAMES]->(m) WHERE 'Method' IN n.types }
  RETURN h, p.iri AS paper, null AS stating, null AS score, p.iri AS source
}
RETURN h.label AS hardware, m.label AS method,
       count(DISTINCT stating) AS stated, count(DISTINCT paper) AS papers, max(score) AS score,
       h.iri AS hardware_iri, m.iri AS method_iri, collect(DISTINCT source) AS sources
ORDER BY stated DESC, papers DESC, hardware, method
