-- Healthy when the conditions %s are True and about the spec as it is now,
-- Degraded when one says that the controller failed, Suspended when one says that
-- it is paused, Progressing until then.
local wanted = {%s}
local health = {status = "Progressing", message = "waiting for " .. wanted[1]}
if obj.status == nil or obj.status.conditions == nil then
  return health
end
local seen = {}
for _, condition in ipairs(obj.status.conditions) do
  local current = condition.observedGeneration == nil
    or condition.observedGeneration == obj.metadata.generation
  if current then
    seen[condition.type] = condition
  end
end
for _, name in ipairs(wanted) do
  local condition = seen[name]
  if condition ~= nil and condition.reason == "ReconcileError" then
    return {status = "Degraded", message = condition.message or condition.reason}
  end
  if condition ~= nil and condition.reason == "ReconcilePaused" then
    return {status = "Suspended", message = condition.message or condition.reason}
  end
end
for _, name in ipairs(wanted) do
  local condition = seen[name]
  if condition == nil or condition.status ~= "True" then
    health.message = "waiting for " .. name
    if condition ~= nil then
      health.message = condition.message or condition.reason or health.message
    end
    return health
  end
end
return {status = "Healthy", message = "as it should be"}
