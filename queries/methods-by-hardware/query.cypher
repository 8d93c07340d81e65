// Which methods run on HARDWARE, or on anything narrower?
CALL () {
  MATCH (h:Concept) WHERE $hardware IS NULL RETURN h
  UNION
  MATCH (:Concept {iri: $hardware})<-[:BROADER*0..]-(h:Concept) RETURN h
}
CALL (h) {
  // stated by a sentence
  MATCH (m:Concept)-[r:RUNS_ON]->(h)
  WHERE r.polarity = 'asserted' AND r.score >= $min_score AND $basis <> 'paper'
  RETURN m, r.paper AS paper, r.paper AS stating, r.score AS score, r.paper + ' ' + r.id AS source
  UNION ALL
  // roles in the same paper
  MATCH (h)<-[r1:PAPER_RUNS_ON]-(p:Paper)-[r2:PAPER_PROPOSES|PAPER_USES]->(m:Concept)
  WHERE r1.polarity = 'asserted' AND r1.score >= $min_score AND r2.polarity = 'asserted' AND r2.score >= $min_score
    AND $basis <> 'stated' AND EXISTS { MATCH (p)-[n:NAMES]->(m) WHERE 'Method' IN n.types }
  RETURN m, p.iri AS paper, null AS stating, null AS score, p.iri AS source
}
RETURN m.label AS method, h.label AS hardware,
       count(DISTINCT stating) AS stated, count(DISTINCT paper) AS papers, max(score) AS score,
       m.iri AS method_iri, h.iri AS hardware_iri, collect(DISTINCT source) AS sources
ORDER BY stated DESC, papers DESC, method, hardware
