package diff

import (
	"fmt"
	"slices"
	"strings"
)

// The components of what no Composition makes: the credentials of an environment
// in the management cluster, and what a tool in its own cluster applies.
const (
	providerComponent  = "provider"
	inClusterComponent = "in-cluster"
)

// ProviderConfig returns a ProviderConfig of an environment as a resource, without
// what says how its manifest is synced.
func ProviderConfig(object map[string]any) Resource {
	name := text(at(object, "metadata", "name"))
	return Resource{Component: providerComponent, Key: name, Object: map[string]any{
		"apiVersion": object["apiVersion"], "kind": object["kind"], "metadata": map[string]any{"name": name}, "spec": object["spec"],
	}}
}

// InCluster returns a manifest that a tool in the environment's cluster applies as
// a resource; file is below the folder of the environment.
func InCluster(file string, object map[string]any) Resource {
	return Resource{Component: inClusterComponent, Key: strings.TrimSuffix(file, ".yaml"), Object: object}
}

// isManifest reports whether what a component has is applied as it is.
func isManifest(component string) bool {
	return component == providerComponent || component == inClusterComponent
}

// credentials are the roles that become others.
func (c comparison) credentials() []Danger {
	var all []Danger
	for _, change := range c.changes {
		if change.Component != providerComponent || change.Action != Update {
			continue
		}
		if assumedRole(change.new) == assumedRole(change.old) {
			continue
		}
		d := about(providerIdentity, change, fmt.Sprintf("Crossplane works in AWS as %s, and did as %s", assumedRole(change.new), assumedRole(change.old)))
		d.Subject, d.Instead = change.Key, byHand("let the new role do what dominoc policy prints, and trust the same, before merging")
		all = append(all, d)
	}
	return append(all, c.handedOver()...)
}

// handedOver are resources that are there and are reached by another ProviderConfig,
// one danger for each of these.
func (c comparison) handedOver() []Danger {
	if c.head == nil {
		return nil
	}
	var all []Danger
	roles := func(e *Environment) map[string]string {
		found := map[string]string{}
		for _, r := range e.Resources {
			if r.Component == providerComponent {
				found[text(at(r.Object, "metadata", "name"))] = assumedRole(r.Object)
			}
		}
		return found
	}
	before, after := roles(c.base), roles(c.head)
	for _, change := range c.changes {
		from, to := text(at(change.old, "spec", "providerConfigRef", "name")), text(at(change.new, "spec", "providerConfigRef", "name"))
		was, is := before[from], after[to]
		if change.old == nil || change.new == nil || placeOf(change.Kind) != inAWS || from == to || was == "" || is == "" || was == is {
			continue
		}
		d := about(providerIdentity, change, fmt.Sprintf("Crossplane reaches it in AWS as %s, and did as %s", is, was))
		d.Subject, d.Instead = to, byHand("let the new role do what dominoc policy prints, and trust the same, before merging")
		if i := slices.IndexFunc(all, func(other Danger) bool { return other.ID() == d.ID() }); i >= 0 {
			all[i].Of = append(all[i].Of, change.described())
			continue
		}
		d.Of = []string{change.described()}
		all = append(all, d)
	}
	return all
}

// assumedRole is the role that a ProviderConfig leads to, and how.
func assumedRole(config map[string]any) string {
	credentials := at(config, "spec", "credentials")
	source := text(at(credentials, "source"))
	role := text(at(credentials, "webIdentity", "roleARN")) + text(at(credentials, "upbound", "webIdentity", "roleARN"))
	if chain, ok := at(config, "spec", "assumeRoleChain").([]any); ok && len(chain) > 0 {
		role = text(at(chain[len(chain)-1], "roleARN"))
		if id := text(at(chain[len(chain)-1], "externalID")); id != "" {
			source += ", external ID " + id
		}
	}
	return fmt.Sprintf("%s (%s)", role, source)
}
