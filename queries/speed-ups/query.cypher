// Which speed-ups were measured with METHOD on HARDWARE against BASELINE?
MATCH (:Concept {iri: $metric})<-[:BROADER*0..]-(metric:Concept)
WITH DISTINCT metric
MATCH (metric)<-[:RESULT_METRIC]-(r:Result)<-[:REPORTS_RESULT]-(p:Paper)
WHERE r.polarity = 'asserted' AND r.score >= $min_score AND r.numericValue IS NOT NULL
OPTIONAL MATCH (r)-[:RESULT_METHOD]->(method:Concept)
OPTIONAL MATCH (r)-[:RESULT_HARDWARE]->(hardware:Concept)
OPTIONAL MATCH (r)-[:RESULT_BASELINE]->(baseline:Concept)
OPTIONAL MATCH (r)-[:RESULT_TASK]->(task:Concept)
OPTIONAL MATCH (r)-[:RESULT_DATASET]->(dataset:Concept)
WITH *
WHERE ($method IS NULL OR EXISTS { (method)-[:BROADER*0..]->(:Concept {iri: $method}) })
  AND ($hardware IS NULL OR EXISTS { (hardware)-[:BROADER*0..]->(:Concept {iri: $hardware}) })
  AND ($baseline IS NULL OR EXISTS { (baseline)-[:BROADER*0..]->(:Concept {iri: $baseline}) })
  AND ($task IS NULL OR EXISTS { (task)-[:BROADER*0..]->(:Concept {iri: $task}) })
  AND ($dataset IS NULL OR EXISTS { (dataset)-[:BROADER*0..]->(:Concept {iri: $dataset}) })
RETURN method.label AS method, r.comparator AS comparator, r.numericValue AS value, r.unit AS unit,
       metric.label AS metric, hardware.label AS hardware, baseline.label AS baseline, task.label AS task,
       dataset.label AS dataset, p.year AS year, p.id AS paper, p.title AS title, r.score AS score,
       CASE r.unit WHEN '%' THEN 1 + r.numericValue / 100 ELSE r.numericValue END AS rank_key,
       p.iri AS paper_iri, metric.iri AS metric_iri, method.iri AS method_iri, hardware.iri AS hardware_iri,
       baseline.iri AS baseline_iri, task.iri AS task_iri, dataset.iri AS dataset_iri, r.paper + ' ' + r.id AS sources
ORDER BY rank_key DESC, method, paper
