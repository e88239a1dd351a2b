package compositions

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/fleet"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// DeliveryRule holds what the user says of the management cluster against the
// fleet and against this compiler. Its findings stand in environments/gitops, by
// whose locator they are found. partial says that environments of the fleet could
// not be read.
func DeliveryRule(options v1alpha1.GitOps, at diag.Locator, partial bool) Rule {
	return func(members []fleet.Member) []fleet.Finding {
		found := unknownDigests(options.Packages.Digests)
		if !partial {
			found = append(found, account(options.Provider, members)...)
		}
		findings := make([]fleet.Finding, len(found))
		for i, d := range found {
			path := d.path
			findings[i].Diagnostic = diag.Diagnostic{
				Severity: diag.Error, Code: d.code, Pos: at(path), Path: "gitops." + path.String(), Message: d.message, Hint: d.hint,
			}
		}
		return findings
	}
}

type deliveryMistake struct {
	code    string
	path    diag.Path
	message string
	hint    string
}

// account compares the role of the providers' pods with the environments that
// need one.
func account(provider v1alpha1.ProviderAccount, members []fleet.Member) []deliveryMistake {
	var byRole []string
	for _, m := range members {
		if m.Environment.Provider.Source == "IRSA" {
			byRole = append(byRole, m.Environment.Name)
		}
	}
	slices.Sort(byRole)
	path := diag.Path{"provider", "roleARN"}
	switch {
	case provider.RoleARN == "" && len(byRole) > 0:
		return []deliveryMistake{{
			"gitops-provider", path,
			"missing; the credentials of " + strings.Join(byRole, ", ") + " come from IRSA, for which the providers' service account names a role",
			"state the role's ARN, or take the credentials by Pod Identity, with provider.source of the environment",
		}}
	case provider.RoleARN != "" && len(byRole) == 0 && len(members) > 0:
		return []deliveryMistake{{
			"gitops-provider", path,
			fmt.Sprintf("%q has no effect: no environment takes its credentials by IRSA", provider.RoleARN),
			"leave it out, or set provider.source of an environment to \"IRSA\"",
		}}
	}
	return nil
}

// unknownDigests are digests of packages that this compiler does not emit: of
// another version they would hold back what the manifests are written for.
func unknownDigests(digests map[string]string) []deliveryMistake {
	known := bootstrap.Pinnable()
	var found []deliveryMistake
	for _, name := range slices.Sorted(maps.Keys(digests)) {
		if slices.Contains(known, name) {
			continue
		}
		hint := "packages are " + strings.Join(known, ", ")
		if near := diag.Nearest(name, known); near != "" {
			hint = "did you mean " + near + "?"
		}
		found = append(found, deliveryMistake{
			"gitops-digest", diag.Path{"packages", "digests", name},
			fmt.Sprintf("%q is no package that this dominoc emits and that can have a digest", name), hint,
		})
	}
	return found
}
