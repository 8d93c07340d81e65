// Which methods serve TASK, or anything narrower?
CALL () {
  MATCH (t:Concept) WHERE $task IS NULL RETURN t
  UNION
  MATCH (:Concept {iri: $task})<-[:BROADER*0..]-(t:Concept) RETURN t
}
CALL (t) {
  // stated by a sentence
  MATCH (m:Concept)-[r:USED_FOR]->(t)
  WHERE r.polarity = 'asserted' AND r.score >= $min_score AND $basis <> 'paper'
    AND ($task IS NOT NULL OR EXISTS { MATCH (:Paper {iri: r.paper})-[n:NAMES]->(t) WHERE 'Task' IN n.types })
  RETURN m, r.paper AS paper, r.paper AS stating, r.score AS score, r.paper + ' ' + r.id AS source
  UNION ALL
  // roles in the same paper
  MATCH (t)<-[r1:PAPER_ADDRESSES]-(p:Paper)-[r2:PAPER_PROPOSES|PAPER_USES]->(m:Concept)
  WHERE r1.polarity = 'asserted' AND r1.score >= $min_score AND r2.polarity = 'asserted' AND r2.score >= $min_score
    AND $basis <> 'stated' AND EXISTS { MATCH (p)-[n:NAMES]->(m) WHERE 'Method' IN n.types }
  RETURN m, p.iri AS paper, null AS stating, null AS score, p.iri AS source
}
RETURN m.label AS method, t.label AS task,
       count(DISTINCT stating) AS stated, count(DISTINCT paper) AS papers, max(score) AS score,
       m.iri AS method_iri, t.iri AS task_iri, collect(DISTINCT source) AS sources
ORDER BY stated DESC, papers DESC, method, task
