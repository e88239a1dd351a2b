package diff

import (
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// The components of objects that no Composition creates: the credentials of an
// environment in the management cluster, and the manifests that a tool in its own
// cluster applies.
const (
	providerComponent  = "provider"
	inClusterComponent = "in-cluster"
)

// ProviderConfig returns an environment's ProviderConfig as a resource, without the
// annotations about its sync.
func ProviderConfig(object map[string]any) Resource {
	name := fieldpath.Text(object, "metadata", "name")
	return Resource{Component: providerComponent, Key: name, Object: map[string]any{
		"apiVersion": object["apiVersion"], "kind": object["kind"], "metadata": map[string]any{"name": name}, "spec": object["spec"],
	}}
}

// InCluster returns a manifest that a tool in the environment's cluster applies as a
// resource; file is relative to the environment's folder.
func InCluster(file string, object map[string]any) Resource {
	return Resource{Component: inClusterComponent, Key: strings.TrimSuffix(file, ".yaml"), Object: object}
}

// isManifest reports whether the component's objects are applied unchanged, not
// composed.
func isManifest(component string) bool {
	return component == providerComponent || component == inClusterComponent
}

// prepareRole is the advice before Crossplane uses another role.
const prepareRole = "before merging, give the new role the permissions that dominoc policy prints, and the same trust policy"

// credentials reports changed roles of ProviderConfigs.
func (c comparison) credentials() {
	for _, change := range c.changes {
		was, is := assumedRole(change.old), assumedRole(change.new)
		if change.Component == providerComponent && change.Action == Update && was != is {
			d := about(providerIdentity, change, fmt.Sprintf("Crossplane works in AWS as %s instead of %s", is, was), byHand(prepareRole))
			d.Subject = change.Key
			c.report(d)
		}
	}
	c.handedOver()
}

// handedOver reports existing resources that another ProviderConfig reaches with another
// role: one danger for each ProviderConfig.
func (c comparison) handedOver() {
	if c.head == nil {
		return
	}
	roles := func(e *Environment) map[string]string {
		found := map[string]string{}
		for _, r := range e.Resources {
			if r.Component == providerComponent {
				found[fieldpath.Text(r.Object, "metadata", "name")] = assumedRole(r.Object)
			}
		}
		return found
	}
	before, after := roles(c.base), roles(c.head)
	for _, change := range c.changes {
		from, to := fieldpath.Text(change.old, "spec", "providerConfigRef", "name"), fieldpath.Text(change.new, "spec", "providerConfigRef", "name")
		was, is := before[from], after[to]
		if change.old == nil || change.new == nil || placeOf(change.Kind) != inAWS || from == to || was == "" || is == "" || was == is {
			continue
		}
		d := about(providerIdentity, change, fmt.Sprintf("Crossplane reaches it in AWS as %s instead of %s", is, was), byHand(prepareRole))
		d.Subject = to
		c.reportFor(change, d)
	}
}

// assumedRole returns the role that a ProviderConfig leads to, and the source of its
// credentials.
func assumedRole(config map[string]any) string {
	credentials := fieldpath.At(config, "spec", "credentials")
	source := fieldpath.Text(credentials, "source")
	role := fieldpath.Text(credentials, "webIdentity", "roleARN") + fieldpath.Text(credentials, "upbound", "webIdentity", "roleARN")
	if chain, ok := fieldpath.At(config, "spec", "assumeRoleChain").([]any); ok && len(chain) > 0 {
		role = fieldpath.Text(chain[len(chain)-1], "roleARN")
		if id := fieldpath.Text(chain[len(chain)-1], "externalID"); id != "" {
			source += ", external ID " + id
		}
	}
	return fmt.Sprintf("%s (%s)", role, source)
}
