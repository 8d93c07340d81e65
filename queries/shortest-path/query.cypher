// Which shortest chains of stated relations join FROM and TO?
MATCH (a:Concept {iri: $from}), (b:Concept {iri: $to})
MATCH chain = allShortestPaths(
  (a)-[:USED_FOR|EVALUATED_ON|RUNS_ON|COMPARED_WITH|MEASURED_BY|PART_OF|IS_A|BROADER*..4]-(b)
)
WHERE all(r IN relationships(chain) WHERE type(r) = 'BROADER' OR r.polarity = 'asserted')
WITH nodes(chain) AS ns, relationships(chain) AS rs
WHERE size(rs) = $hops
WITH ns, rs, [i IN range(0, size(rs) - 1) |
  CASE WHEN startNode(rs[i]) = ns[i] THEN ns[i].label ELSE ns[i + 1].label END + ' ' +
  CASE type(rs[i]) WHEN 'USED_FOR' THEN 'usedFor' WHEN 'EVALUATED_ON' THEN 'evaluatedOn' WHEN 'RUNS_ON' THEN 'runsOn'
    WHEN 'COMPARED_WITH' THEN 'comparedWith' WHEN 'MEASURED_BY' THEN 'measuredBy' WHEN 'PART_OF' THEN 'partOf'
    WHEN 'IS_A' THEN 'isA' ELSE 'broader' END + ' ' +
  CASE WHEN startNode(rs[i]) = ns[i] THEN ns[i + 1].label ELSE ns[i].label END] AS steps
WITH [n IN ns | n.label] AS path, [n IN ns | n.iri] AS iris, steps, collect(rs) AS same
RETURN $hops AS hops, path, steps, iris,
       [i IN range(0, $hops - 1) | reduce(least = null, rs IN same |
         CASE WHEN least IS NULL OR rs[i].paper < least THEN rs[i].paper ELSE least END)] AS sources
ORDER BY path, steps
