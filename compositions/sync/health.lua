-- Healthy when the conditions %s are True and about the spec as it is now,
-- Degraded when the controller says that it failed, Progressing until then.
local wanted = {%s}
local health = {status = "Progressing", message = "waiting for " .. wanted[1]}
if obj.metadata.deletionTimestamp ~= nil then
  health.message = "being deleted"
  return health
end
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
local failed = seen["Synced"]
if failed ~= nil and failed.status == "False" and failed.reason == "ReconcileError" then
  return {status = "Degraded", message = failed.message or failed.reason}
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
