// What is stated about CONCEPT?
MATCH (c:Concept {iri: $concept})
CALL (c) {
  MATCH (c)-[r:USED_FOR|EVALUATED_ON|RUNS_ON|COMPARED_WITH|MEASURED_BY|PART_OF|IS_A]-(:Concept)
  WHERE r.polarity = 'asserted' AND r.score >= $min_score
  RETURN startNode(r) AS a, endNode(r) AS b, type(r) AS type, r.paper AS paper, r.score AS score,
         r.paper + ' ' + r.id AS source
  UNION ALL
  MATCH (c)-[r:BROADER]-(:Concept)
  RETURN startNode(r) AS a, endNode(r) AS b, type(r) AS type, null AS paper, null AS score, null AS source
}
WITH a, b, paper, score, source,
     CASE type WHEN 'USED_FOR' THEN 'usedFor' WHEN 'EVALUATED_ON' THEN 'evaluatedOn' WHEN 'RUNS_ON' THEN 'runsOn'
       WHEN 'COMPARED_WITH' THEN 'comparedWith' WHEN 'MEASURED_BY' THEN 'measuredBy' WHEN 'PART_OF' THEN 'partOf'
       WHEN 'IS_A' THEN 'isA' ELSE 'broader' END AS relation
WHERE $relation = 'any' OR relation = $relation
RETURN a.label AS subject, relation, b.label AS object, count(DISTINCT paper) AS papers, max(score) AS score,
       a.iri AS subject_iri, b.iri AS object_iri, collect(DISTINCT source) AS sources
ORDER BY papers DESC, relation, subject, object
