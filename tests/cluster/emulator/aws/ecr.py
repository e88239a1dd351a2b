"""Registry: pull-through cache rules."""

import time

from .fault import Fault
from .request import reply


def answer(world, request):
    operation = {
        "CreatePullThroughCacheRule": create,
        "DescribePullThroughCacheRules": describe,
        "UpdatePullThroughCacheRule": update,
        "DeletePullThroughCacheRule": delete,
    }.get(request.target)
    return operation and reply(operation(request, world.memory(request).cache_rules))


def create(request, rules):
    prefix = request.json["ecrRepositoryPrefix"]
    if prefix in rules:
        raise Fault("PullThroughCacheRuleAlreadyExistsException", f"A pull through cache rule with the repository prefix '{prefix}' already exists")
    rules[prefix] = dict(request.json, registryId=request.account, createdAt=time.time())
    return rules[prefix]


def describe(request, rules):
    wanted = request.json.get("ecrRepositoryPrefixes") or list(rules)
    return {"pullThroughCacheRules": [find(rules, prefix) for prefix in wanted]}


def update(request, rules):
    rule = find(rules, request.json["ecrRepositoryPrefix"])
    rule |= {name: request.json[name] for name in ("credentialArn", "customRoleArn") if name in request.json}
    return rule


def delete(request, rules):
    find(rules, request.json["ecrRepositoryPrefix"])
    return rules.pop(request.json["ecrRepositoryPrefix"])


def find(rules, prefix):
    if prefix not in rules:
        raise Fault("PullThroughCacheRuleNotFoundException", "No pull through cache rule found")
    return rules[prefix]
