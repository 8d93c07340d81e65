// Which methods have the best values of METRIC on DATASET?
CALL () {
  MATCH (metric:Concept) WHERE $metric IS NULL RETURN metric
  UNION
  MATCH (:Concept {iri: $metric})<-[:BROADER*0..]-(metric:Concept) RETURN metric
}
MATCH (metric)<-[:RESULT_METRIC]-(r:Result)<-[:REPORTS_RESULT]-(p:Paper)
WHERE r.polarity = 'asserted' AND r.score >= $min_score AND r.numericValue IS NOT NULL
OPTIONAL MATCH (r)-[:RESULT_METHOD]->(method:Concept)
OPTIONAL MATCH (r)-[:RESULT_DATASET]->(dataset:Concept)
OPTIONAL MATCH (r)-[:RESULT_TASK]->(task:Concept)
OPTIONAL MATCH (r)-[:RESULT_HARDWARE]->(hardware:Concept)
WITH *
WHERE ($method IS NULL OR EXISTS { (method)-[:BROADER*0..]->(:Concept {iri: $method}) })
  AND ($dataset IS NULL OR EXISTS { (dataset)-[:BROADER*0..]->(:Concept {iri: $dataset}) })
  AND ($task IS NULL OR EXISTS { (task)-[:BROADER*0..]->(:Concept {iri: $task}) })
  AND ($hardware IS NULL OR EXISTS { (hardware)-[:BROADER*0..]->(:Concept {iri: $hardware}) })
RETURN dataset.label AS dataset, metric.label AS metric, r.comparator AS comparator, r.numericValue AS value, r.unit AS unit,
       method.label AS method, task.label AS task, hardware.label AS hardware, p.year AS year, p.id AS paper,
       p.title AS title, r.score AS score,
       CASE $best WHEN 'lowest' THEN -r.numericValue ELSE r.numericValue END AS rank_key,
       p.iri AS paper_iri, metric.iri AS metric_iri, method.iri AS method_iri, dataset.iri AS dataset_iri,
       task.iri AS task_iri, hardware.iri AS hardware_iri, r.paper + ' ' + r.id AS sources
ORDER BY dataset, metric, unit, rank_key DESC, method, paper
