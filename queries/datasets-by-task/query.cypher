// Which datasets is TASK, or anything narrower, evaluated on?
CALL () {
  MATCH (t:Concept) WHERE $task IS NULL RETURN t
  UNION
  MATCH (:Concept {iri: $task})<-[:BROADER*0..]-(t:Concept) RETURN t
}
CALL (t) {
  // stated by a sentence
  MATCH (t)<-[:RESULT_TASK]-(r:Result)-[:RESULT_DATASET]->(d:Concept)
  WHERE r.polarity = 'asserted' AND r.score >= $min_score AND $basis <> 'paper'
  RETURN d, r.paper AS paper, r.paper AS stating, r.score AS score, r.paper + ' ' + r.id AS source
  UNION ALL
  // roles in the same paper
  MATCH (t)<-[r1:PAPER_ADDRESSES]-(p:Paper)-[r2:PAPER_EVALUATED_ON]->(d:Concept)
  WHERE r1.polarity = 'asserted' AND r1.score >= $min_score AND r2.polarity = 'asserted' AND r2.score >= $min_score
    AND $basis <> 'stated'
  RETURN d, p.iri AS paper, null AS stating, null AS score, p.iri AS source
}
RETURN d.label AS dataset, t.label AS task,
       count(DISTINCT stating) AS stated, count(DISTINCT paper) AS papers, max(score) AS score,
       d.iri AS dataset_iri, t.iri AS task_iri, collect(DISTINCT source) AS sources
ORDER BY stated DESC, papers DESC, dataset, task
