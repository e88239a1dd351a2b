package output

import (
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/xr"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// providerConfigs returns the ProviderConfigs by which the provider assumes the
// environment's role, and that of a hosted zone in another account.
func providerConfigs(p *plan.Plan) []map[string]any {
	role := map[string]any{"roleARN": p.Provider.RoleARN}
	if p.Provider.ExternalID != "" {
		role["externalID"] = p.Provider.ExternalID
	}
	configs := []map[string]any{providerConfig(p, p.Name, role)}
	if zone := p.ZoneProvider; zone != nil {
		configs = append(configs, providerConfig(p, zone.Name, map[string]any{"roleARN": zone.RoleARN}))
	}
	return configs
}

// roleList returns the roles that the platform's admission policy compares with the
// ProviderConfigs.
func roleList(p *plan.Plan) map[string]string {
	roles := map[string]string{}
	for config, role := range p.Roles() {
		roles[config] = string(p.Provider.Source) + " " + role
	}
	return roles
}

func providerConfig(p *plan.Plan, name string, role map[string]any) map[string]any {
	return map[string]any{
		"apiVersion": "aws.m.upbound.io/v1beta1",
		"kind":       "ProviderConfig",
		"metadata":   map[string]any{"name": name, "namespace": p.Namespace},
		"spec":       assuming(p.Provider.Source, role),
	}
}

// assuming returns how the provider obtains its role: by a token for the role itself, or
// by the role of the provider's pods, which assumes it.
func assuming(source v1alpha1.CredentialsSource, role map[string]any) map[string]any {
	credentials := map[string]any{"source": string(source)}
	switch source {
	case "WebIdentity":
		credentials["webIdentity"] = role
	case "Upbound":
		credentials["upbound"] = map[string]any{"webIdentity": role}
	default:
		return map[string]any{"credentials": credentials, "assumeRoleChain": []any{role}}
	}
	return map[string]any{"credentials": credentials}
}

// protection refuses to delete the environment while its file says protect.
func protection(p *plan.Plan) map[string]any {
	return map[string]any{
		"apiVersion": "protection.crossplane.io/v1beta1",
		"kind":       "Usage",
		"metadata":   map[string]any{"name": p.Name + "-protected", "namespace": p.Namespace},
		"spec": map[string]any{
			"of": map[string]any{
				"apiVersion": xr.APIVersion, "kind": xr.Environment.Name,
				"resourceRef": map[string]any{"name": p.Name},
			},
			"reason": `deletion: "protect" in the environment's file; set "allow" and merge before deleting`,
		},
	}
}

// usedProviders keep each ProviderConfig of an environment that may be deleted until all
// composed resources are deleted, in whatever order a user deletes them: without it the
// provider cannot reach AWS. The provider itself does not ensure this in a foreground
// deletion (crossplane#4661).
//
// A Usage with the label of a composed one is deleted only after the object that uses
// it; without the label Kubernetes would collect it first, as a dependant of the
// environment (crossplane v2.4.0, internal/controller/protection/usage/reconciler.go).
func usedProviders(p *plan.Plan) []map[string]any {
	var usages []map[string]any
	for _, config := range providerConfigs(p) {
		name := config["metadata"].(map[string]any)["name"].(string)
		usages = append(usages, map[string]any{
			"apiVersion": "protection.crossplane.io/v1beta1",
			"kind":       "Usage",
			"metadata": map[string]any{
				"name": name + "-in-use", "namespace": p.Namespace,
				"labels": map[string]any{"crossplane.io/composite": p.Name},
				// It may stay when deletion is no longer allowed.
				"annotations": map[string]any{"argocd.argoproj.io/compare-options": "IgnoreExtraneous"},
			},
			"spec": map[string]any{
				"of": map[string]any{
					"apiVersion": config["apiVersion"], "kind": config["kind"],
					"resourceRef": map[string]any{"name": name},
				},
				"by": map[string]any{
					"apiVersion": xr.APIVersion, "kind": xr.Environment.Name,
					"resourceRef": map[string]any{"name": p.Name},
				},
				"reason":         "the provider reaches AWS by it until the environment is gone",
				"replayDeletion": true,
			},
		})
	}
	return usages
}
