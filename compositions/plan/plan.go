package plan

import (
	"cmp"
	"fmt"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Unknown is the placeholder in a spec for a value that only AWS knows. Rendered manifests
// show it; emitted composite resources omit it.
const Unknown = "(known after apply)"

// Plan is everything that the compiler decides about an environment.
type Plan struct {
	// Name of the environment.
	Name string

	// Namespace of its composite resources in the management cluster.
	Namespace string

	// Ring of the fleet that the environment is in; empty for none.
	Ring string `json:",omitempty"`

	// Spec of its DominoEnvironment.
	Spec v1alpha1.EnvironmentSpec

	// Provider is the access of Crossplane to the account, with the role.
	Provider v1alpha1.Provider

	// Kept are the pools of an installation that is taken over that stay with Terraform.
	Kept map[string]v1alpha1.KeptPool `json:",omitempty"`

	// ZoneProvider is its access to a hosted zone in another account, or nil.
	ZoneProvider *ZoneProvider
}

// Roles returns the ARNs of the roles that the provider assumes, by the name of the
// ProviderConfig that names each.
func (p *Plan) Roles() map[string]string {
	roles := map[string]string{p.Name: p.Provider.RoleARN}
	if zone := p.ZoneProvider; zone != nil {
		roles[zone.Name] = zone.RoleARN
	}
	return roles
}

// Addons returns the versions that the environment's file states for its EKS add-ons, by
// name; an empty one where it states none.
func (p *Plan) Addons() map[string]string {
	versions := map[string]string{}
	for name, addon := range p.Spec.Cluster.Addons {
		versions[name] = addon.Version
	}
	for name, addon := range p.Spec.Addons.Addons {
		versions[name] = addon.Version
	}
	return versions
}

// Resolve decides the plan of an environment that its schema has accepted, and drops the
// warnings that the environment accepts. It returns every mistake that only arithmetic or
// the catalogue can find, at the user's lines; with an error among them there is no plan.
// The list is in no particular order.
//
// Decide and Accept are its two halves, for callers that compare environments as well.
func Resolve(env *v1alpha1.Environment, at diag.Locator) (*Plan, diag.List) {
	p, found := Decide(env, at, catalog.ProviderAWS{})
	return p, Accept(env, at, found, nil)
}

// Decide is Resolve with all warnings, accepted or not, for a management cluster that
// runs a release of provider-aws.
func Decide(env *v1alpha1.Environment, at diag.Locator, provider catalog.ProviderAWS) (*Plan, diag.List) {
	r := newResolver(env, at)
	r.providerAWS = provider
	r.checkRegionOfferings()
	spec := r.spec()
	if r.found.HasErrors() {
		return nil, r.found
	}
	return &Plan{
		Name:         env.Name,
		Namespace:    v1alpha1.Namespace(env.Name),
		Ring:         env.Ring,
		Spec:         spec,
		Provider:     r.provider(),
		Kept:         r.kept(),
		ZoneProvider: r.zoneProvider(),
	}, r.found
}

// resolver decides the plan of one environment. newResolver decides the values that several
// parts of the plan need.
type resolver struct {
	env   *v1alpha1.Environment
	at    diag.Locator
	found diag.List

	providerAWS       catalog.ProviderAWS
	region            catalog.Region
	zones             []string // the nodes' zones by slot; the schema allows no more
	controlPlaneZones []string // the environment's, or the zones of the nodes
	vpc               vpc
	buckets           map[string]v1alpha1.BucketSpec // by role
	keyARN            string                         // of the user's key, or Unknown
	dataKeyARN        string                         // of the key of disks and data: keyARN, or empty with keys that AWS manages
	ebs, efs          driver
	podRoles          map[string]podRole // by name
}

func newResolver(env *v1alpha1.Environment, at diag.Locator) *resolver {
	r := &resolver{env: env, at: at, zones: firstSlots(env.Zones), controlPlaneZones: env.ControlPlaneZones}
	if len(env.ControlPlaneZones) == 0 {
		r.controlPlaneZones = env.Zones
	}
	r.region = r.findRegion()
	r.vpc = r.findVPC()
	r.buckets = r.findBuckets()
	r.keyARN = cmp.Or(env.Encryption.KeyARN, Unknown)
	r.dataKeyARN = r.keyARN
	if env.Adopted != nil && !env.Adopted.DataKey {
		r.dataKeyARN = ""
	}
	r.ebs, r.efs = r.findDrivers()
	r.podRoles = r.findPodRoles()
	return r
}

func (r *resolver) spec() v1alpha1.EnvironmentSpec {
	r.checkRanges()
	r.checkAddressSpace()
	r.checkDrivers()
	r.checkFIPS()
	r.checkDomino()
	r.checkAdopted()
	spec := v1alpha1.EnvironmentSpec{
		Common:            r.common(),
		Zones:             r.env.Zones,
		ControlPlaneZones: r.controlPlaneZones,
		FQDN:              r.fqdn(),
		Network:           r.network(),
		Identity:          r.identity(),
		PodRoles:          r.podRolesSpec(),
		Security:          r.security(),
		Cluster:           r.cluster(),
		Pools:             r.pools(),
		Addons:            v1alpha1.AddonsSpec{Addons: r.nodeAddons(), PodIdentities: r.podIdentities(), InCluster: r.inCluster()},
		Storage:           r.storage(),
		Registry:          r.registry(),
		Endpoints:         r.endpoints(),
		Domain:            r.domain(),
		IDs:               r.env.IDs,
		Outputs:           r.outputs(),
	}
	spec.GroupTags = r.groupTags(spec.Pools)
	r.checkGroupTags(&spec)
	r.checkCapacity()
	return spec
}

// problem is the text of a diagnostic, without its code and place.
type problem struct {
	message string
	hint    string
	notes   []diag.Note
}

func (r *resolver) refuse(code string, path diag.Path, p problem) {
	r.report(diag.Error, code, path, p)
}

// refuseUnlessAccepted reports an error that is nearly always a mistake. If the environment
// accepts the code it reports a warning instead, which Accept then drops.
func (r *resolver) refuseUnlessAccepted(code string, path diag.Path, p problem) {
	if _, accepted := r.env.Accept[code]; accepted {
		r.warn(code, path, p)
		return
	}
	p.hint += fmt.Sprintf("; if it is intended, state the reason: accept: %q: \"…\"", code)
	r.refuse(code, path, p)
}

func (r *resolver) warn(code string, path diag.Path, p problem) {
	r.report(diag.Warning, code, path, p)
}

func (r *resolver) report(severity diag.Severity, code string, path diag.Path, p problem) {
	r.found = append(r.found, diag.Diagnostic{
		Severity: severity, Code: code, Pos: r.at(path), Path: path.String(),
		Message: p.message, Hint: p.hint, Notes: p.notes,
	})
}

// note returns a note about another position.
func (r *resolver) note(path diag.Path, message string) diag.Note {
	return diag.Note{Pos: r.at(path), Message: message}
}
