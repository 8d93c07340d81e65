// Which sentences speak of CONCEPT, or of CONCEPT and OTHER together?
MATCH (c:Concept {iri: $concept})
CALL (c) {
  MATCH (p:Paper)-[r:PAPER_PROPOSES|PAPER_USES|PAPER_COMPARES|PAPER_ADDRESSES|PAPER_EVALUATED_ON|PAPER_RUNS_ON|PAPER_REPORTS|PAPER_MENTIONS]->(c)
  WHERE $other IS NULL OR $other = c.iri
  RETURN p, type(r) AS type, null AS a, c AS b, null AS object, r.id AS id, r.score AS score, r.polarity AS polarity,
         r.sentences AS sentences
  UNION
  MATCH (c)-[r:USED_FOR|EVALUATED_ON|RUNS_ON|COMPARED_WITH|MEASURED_BY|PART_OF|IS_A]-(d:Concept)
  WHERE $other IS NULL OR d.iri = $other OR c.iri = $other
  MATCH (p:Paper {iri: r.paper})
  RETURN p, type(r) AS type, startNode(r) AS a, endNode(r) AS b, null AS object, r.id AS id, r.score AS score,
         r.polarity AS polarity, r.sentences AS sentences
  UNION
  MATCH (c)<-[:RESULT_METRIC|RESULT_METHOD|RESULT_DATASET|RESULT_TASK|RESULT_HARDWARE|RESULT_BASELINE]-(r:Result)
  WHERE $other IS NULL OR EXISTS {
    (r)-[:RESULT_METRIC|RESULT_METHOD|RESULT_DATASET|RESULT_TASK|RESULT_HARDWARE|RESULT_BASELINE]->(:Concept {iri: $other})
  }
  MATCH (p:Paper)-[:REPORTS_RESULT]->(r)
  OPTIONAL MATCH (r)-[:RESULT_METHOD]->(a:Concept)
  OPTIONAL MATCH (r)-[:RESULT_METRIC]->(m:Concept)
  RETURN p, 'RESULT' AS type, a, null AS b,
         coalesce(m.label + ' ', '') + r.comparator + ' ' + r.value + coalesce(' ' + r.unit, '') AS object,
         r.id AS id, r.score AS score, r.polarity AS polarity, r.sentences AS sentences
}
WITH p, a, b, object, id, score, sentences,
     CASE type
       WHEN 'USED_FOR' THEN 'usedFor' WHEN 'EVALUATED_ON' THEN 'evaluatedOn' WHEN 'RUNS_ON' THEN 'runsOn'
       WHEN 'COMPARED_WITH' THEN 'comparedWith' WHEN 'MEASURED_BY' THEN 'measuredBy' WHEN 'PART_OF' THEN 'partOf'
       WHEN 'IS_A' THEN 'isA' WHEN 'PAPER_PROPOSES' THEN 'paperProposes' WHEN 'PAPER_USES' THEN 'paperUses'
       WHEN 'PAPER_COMPARES' THEN 'paperCompares' WHEN 'PAPER_ADDRESSES' THEN 'paperAddresses'
       WHEN 'PAPER_EVALUATED_ON' THEN 'paperEvaluatedOn' WHEN 'PAPER_RUNS_ON' THEN 'paperRunsOn'
       WHEN 'PAPER_REPORTS' THEN 'paperReports' WHEN 'PAPER_MENTIONS' THEN 'paperMentions' ELSE 'result'
     END AS relation, polarity
WHERE polarity = $polarity AND score >= $min_score AND ($relation = 'any' OR relation = $relation)
UNWIND sentences AS sentence
RETURN DISTINCT p.id AS paper, p.title AS title, p.year AS year, a.label AS subject, relation,
       coalesce(b.label, object) AS object, score, sentence, p.iri AS paper_iri, a.iri AS subject_iri,
       b.iri AS object_iri, p.iri + ' ' + id AS sources
ORDER BY score DESC, paper, relation, subject, object, sentence
