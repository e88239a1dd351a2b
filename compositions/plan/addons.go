package plan

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strconv"
	"unicode/utf8"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// addons returns the add-ons that nodes need first. The others need nodes themselves.
func (r *resolver) addons() map[string]v1alpha1.AddonSpec {
	specs := map[string]v1alpha1.AddonSpec{}
	// Without these add-ons nodes do not become ready, or pods do not get their rights.
	for _, name := range []string{"eks-pod-identity-agent", "kube-proxy", vpcCNI} {
		addon, given := r.env.Cluster.Addons[name]
		if given && !addon.Enabled {
			continue
		}
		spec := v1alpha1.AddonSpec{Version: addon.Version}
		if name != vpcCNI || r.env.Network.PodCIDR == "" { // else a part of podNetworking
			spec.Configuration = r.configuration(name, addon)
		}
		specs[name] = spec
	}
	return specs
}

// configuration returns the settings that dominoc needs and those that the user adds, as
// JSON; nothing if there are none.
func (r *resolver) configuration(name string, addon v1alpha1.Addon) string {
	all := r.ownConfiguration(name, addon)
	r.merge(all, addon.Configuration, diag.Path{"cluster", "addons", name, "configuration"})
	if len(all) == 0 {
		return ""
	}
	text, err := json.Marshal(all) // keys sorted
	if err != nil {
		r.refuse("addon-configuration", diag.Path{"cluster", "addons", name, "configuration"}, problem{
			message: fmt.Sprintf("the configuration is not JSON: %v", err),
		})
	}
	if n := utf8.RuneCount(text); n > maxConfiguration {
		r.refuse("addon-configuration", diag.Path{"cluster", "addons", name, "configuration"}, problem{
			message: fmt.Sprintf("%d characters as JSON, with what dominoc adds; allowed are %d", n, maxConfiguration),
		})
	}
	return string(text)
}

// maxConfiguration is the length of the longest text in a composite resource.
const maxConfiguration = 4096

// ownConfiguration returns the settings of an add-on that follow from other fields.
func (r *resolver) ownConfiguration(name string, addon v1alpha1.Addon) map[string]any {
	switch name {
	case vpcCNI:
		return r.cniConfiguration()
	case r.ebs.name:
		// The environment's tags, but those that the user sets in the add-on's configuration.
		tags := r.volumeTags()
		if controller, ok := addon.Configuration["controller"].(map[string]any); ok {
			if own, ok := controller["extraVolumeTags"].(map[string]any); ok {
				maps.DeleteFunc(tags, func(key string, _ any) bool { _, stated := own[key]; return stated })
			}
		}
		return map[string]any{"controller": map[string]any{"extraVolumeTags": tags}}
	}
	return map[string]any{}
}

// cniConfiguration returns the settings for pod addresses and network policies.
func (r *resolver) cniConfiguration() map[string]any {
	c := r.env.Cluster
	env := map[string]any{"ENABLE_PREFIX_DELEGATION": strconv.FormatBool(c.PrefixDelegation)}
	own := map[string]any{"env": env}
	if r.env.Network.PodCIDR != "" {
		env["AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"] = "true"
		env["ENI_CONFIG_LABEL_DEF"] = "topology.kubernetes.io/zone"
	}
	if c.NetworkPolicy == "vpc-cni" {
		own["enableNetworkPolicy"] = "true"
	} else {
		// Calico sees a pod's address at once, not when the kubelet reports it.
		env["ANNOTATE_POD_IP"] = "true"
	}
	if r.env.Tagging.NetworkInterfaces {
		// A JSON object as text (amazon-vpc-cni-k8s, README.md). The nodes' AmazonEKS_CNI_Policy
		// lets the VPC CNI tag the network interfaces that it adds.
		text, err := json.Marshal(r.environmentTags())
		if err != nil {
			panic(err) // texts have JSON
		}
		env["ADDITIONAL_ENI_TAGS"] = string(text)
	}
	return own
}

// merge adds the user's settings. It refuses a different value for one of dominoc's, which
// another field of the environment decides.
func (r *resolver) merge(own, user map[string]any, path diag.Path) {
	for key, value := range ordered.All(user) {
		ours, both := own[key]
		ourMap, nested := ours.(map[string]any)
		userMap, userNested := value.(map[string]any)
		switch {
		case nested && userNested:
			merged := maps.Clone(ourMap)
			r.merge(merged, userMap, path.Child(key))
			own[key] = merged
		case both && !reflect.DeepEqual(ours, value):
			r.refuse("addon-configuration", path.Child(key), problem{
				message: fmt.Sprintf("\"%v\" is set, but other fields of the environment make it \"%v\"", value, ours),
				hint:    "remove it and set network.podCIDR, cluster.networkPolicy, cluster.prefixDelegation or tagging.networkInterfaces",
			})
		default:
			own[key] = value
		}
	}
}
