package bootstrap

// RolesAnnotation, on an environment's namespace, lists the ProviderConfigs that the
// namespace may have: name, source and role of each, such as "prod-us IRSA
// arn:aws:iam::…:role/…", separated by "; ". It is not an object of its own, because the
// parameters of an admission policy must exist before a request: a ProviderConfig could
// not lose its finalizer in a namespace that is being deleted.
const RolesAnnotation = "dominoc.dev/provider-roles"

// Admission returns the rules by which the API server limits an environment to its own
// roles. All AWS providers have one identity, which may assume the role of every
// environment, so a ProviderConfig decides whose resources it reaches.
//
//   - An AWS ProviderConfig has a name, a source and a role that its namespace lists,
//     and no other settings. Those of Helm and Kubernetes use a kubeconfig of their own
//     namespace. Without a list none is permitted.
//   - ProviderConfigs of cluster scope are refused: they apply to every namespace.
//   - Only the platform's identity writes a list. Without an identity, that is if the
//     user applies everything, only RBAC decides.
//
// An object that is being deleted may lose its finalizers as long as its spec stays. The
// API server does not apply policies to policies and bindings: RBAC protects these.
func Admission(identity string) []Object {
	out := append(providerRoles(), clusterConfigs()...)
	if identity != "" {
		out = append(out, roleLists(identity)...)
	}
	return out
}

const (
	admissionAPI = "admissionregistration.k8s.io/v1"

	// leaving is false for an object that only loses its finalizers.
	leaving = "!(request.operation == 'UPDATE' && has(object.metadata.deletionTimestamp) && dyn(object.spec) == dyn(oldObject.spec))"
)

// providerRoles compares ProviderConfigs with the list of their namespace.
func providerRoles() []Object {
	const name = "dominoc-provider-roles"
	variables := []any{
		named("listed", "has(namespaceObject.metadata.annotations) && '"+RolesAnnotation+"' in namespaceObject.metadata.annotations"+
			" ? namespaceObject.metadata.annotations['"+RolesAnnotation+"'].split('; ') : []"),
		named("aws", "object.apiVersion.startsWith('"+AWSGroup[1:]+"/')"),
		named("spec", "dyn(object.spec)"),
		named("credentials", "dyn(object.spec.credentials)"),
		named("source", "string(variables.credentials.source)"),
		named("chained", "variables.source in ['PodIdentity', 'IRSA']"),
		// The role with its other fields: an element of the chain, or of a token.
		named("roles", "variables.chained"+
			" ? (has(variables.spec.assumeRoleChain) ? variables.spec.assumeRoleChain : [])"+
			" : variables.source == 'WebIdentity' && has(variables.credentials.webIdentity) ? [variables.credentials.webIdentity]"+
			" : variables.source == 'Upbound' && has(variables.credentials.upbound) && has(variables.credentials.upbound.webIdentity)"+
			" && variables.credentials.upbound.all(key, key == 'webIdentity') ? [variables.credentials.upbound.webIdentity]"+
			" : []"),
	}
	validations := []any{
		validation("variables.listed.size() > 0",
			"'namespace \"' + object.metadata.namespace + '\" is no environment: it lists no roles in "+RolesAnnotation+"'"),
		validation("!variables.aws || variables.listed.size() == 0 || variables.listed.exists(entry, entry.startsWith(object.metadata.name + ' '))",
			"'ProviderConfig \"' + object.metadata.name + '\" is not one of namespace \"' + object.metadata.namespace + '\", which has ' + variables.listed.join('; ')"),
		validation("!variables.aws || variables.source in ['PodIdentity', 'IRSA', 'WebIdentity', 'Upbound']",
			"'credentials.source \"' + variables.source + '\" is not allowed: must be PodIdentity, IRSA, WebIdentity or Upbound'"),
		validation("!variables.aws || variables.roles.size() == 1 && has(variables.roles[0].roleARN)"+
			" && variables.roles[0].all(key, key == 'roleARN' || variables.chained && key == 'externalID')"+
			" && variables.spec.all(key, key == 'credentials' || variables.chained && key == 'assumeRoleChain')"+
			" && variables.credentials.all(key, key == 'source' || !variables.chained && key in ['webIdentity', 'upbound'])"+
			" && !(has(variables.credentials.webIdentity) && has(variables.credentials.upbound))",
			"'the spec must be the source and exactly one role, with nothing beside them'"),
		validation("!variables.aws || variables.roles.size() != 1 || !has(variables.roles[0].roleARN)"+
			" || object.metadata.name + ' ' + variables.source + ' ' + variables.roles[0].roleARN in variables.listed",
			"'\"' + object.metadata.name + ' ' + variables.source + ' ' + string(variables.roles[0].roleARN) + '\" is not of this environment, which has ' + variables.listed.join('; ')"),
		validation("variables.aws || variables.spec.all(key, key == 'credentials') && variables.source == 'Secret'"+
			" && variables.credentials.all(key, key in ['source', 'secretRef']) && has(variables.credentials.secretRef)"+
			" && variables.credentials.secretRef.namespace == object.metadata.namespace",
			"'must take a kubeconfig from a Secret of namespace \"' + object.metadata.namespace + '\", with nothing beside it'"),
	}
	rules := []any{rule([]any{AWSGroup[1:], helmGroup, kubernetesGroup}, "providerconfigs", "CREATE", "UPDATE")}
	return []Object{admissionPolicy(name, rules, variables, validations, named("leaving", leaving)), admissionBinding(name)}
}

// clusterConfigs refuses ProviderConfigs that apply to every namespace, including those
// of the kinds without a namespace.
func clusterConfigs() []Object {
	const name = "dominoc-cluster-provider-configs"
	rules := []any{
		rule([]any{AWSGroup[1:], helmGroup, kubernetesGroup}, "clusterproviderconfigs", "CREATE", "UPDATE"),
		rule([]any{"aws.upbound.io", "helm.crossplane.io", "kubernetes.crossplane.io"}, "providerconfigs", "CREATE", "UPDATE"),
	}
	validations := []any{validation("false",
		"object.kind + ' \"' + object.metadata.name + '\" is for every namespace; an environment has a ProviderConfig in its own'")}
	return []Object{admissionPolicy(name, rules, nil, validations, named("leaving", leaving)), admissionBinding(name)}
}

// roleLists permits only the platform's identity to write a list, and an administrator
// who may do everything. A write of a namespace's status can include its annotations.
func roleLists(identity string) []Object {
	const name = "dominoc-provider-role-lists"
	rules := []any{}
	for _, resource := range []string{"namespaces", "namespaces/status", "namespaces/finalize"} {
		rules = append(rules, rule([]any{""}, resource, "CREATE", "UPDATE"))
	}
	listOf := func(object string) string {
		return "has(" + object + ".metadata.annotations) && '" + RolesAnnotation + "' in " + object + ".metadata.annotations ? " +
			object + ".metadata.annotations['" + RolesAnnotation + "'] : ''"
	}
	variables := []any{
		named("now", listOf("object")),
		named("before", "request.operation == 'UPDATE' ? ("+listOf("oldObject")+") : ''"),
		named("groups", "has(request.userInfo.groups) ? request.userInfo.groups : []"),
	}
	validations := []any{validation(
		"variables.now == variables.before || request.userInfo.username == '"+identity+"' || 'system:masters' in variables.groups",
		"'\"' + request.userInfo.username + '\" may not write the annotation "+RolesAnnotation+": only the platform, "+identity+", may'")}
	return []Object{admissionPolicy(name, rules, variables, validations), admissionBinding(name)}
}

func admissionPolicy(name string, rules, variables, validations []any, conditions ...any) Object {
	spec := Object{
		"failurePolicy":    "Fail",
		"matchConstraints": Object{"resourceRules": rules},
		"validations":      validations,
	}
	if conditions != nil {
		spec["matchConditions"] = conditions
	}
	if variables != nil {
		spec["variables"] = variables
	}
	return object(admissionAPI, "ValidatingAdmissionPolicy", name, spec)
}

func admissionBinding(policy string) Object {
	return object(admissionAPI, "ValidatingAdmissionPolicyBinding", policy, Object{
		"policyName":        policy,
		"validationActions": []any{"Deny"},
	})
}

func rule(groups []any, resource string, operations ...string) Object {
	return Object{"apiGroups": groups, "apiVersions": []any{"*"}, "resources": []any{resource}, "operations": list(operations)}
}

// named is a variable or a match condition.
func named(name, expression string) Object { return Object{"name": name, "expression": expression} }

func validation(expression, message string) Object {
	return Object{"expression": expression, "messageExpression": message, "reason": "Forbidden"}
}
