package plan

import "github.com/dominoc/dominoc/schema/v1alpha1"

// domain returns the certificate to request; nil if the user has one, or the installer
// creates it.
func (r *resolver) domain() *v1alpha1.DomainSpec {
	zone := r.env.Domain.HostedZone
	if zone == nil {
		return nil
	}
	spec := &v1alpha1.DomainSpec{FQDN: r.env.Domain.FQDN, HostedZone: v1alpha1.HostedZoneSpec{ID: zone.ID}}
	if provider := r.zoneProvider(); provider != nil {
		spec.HostedZone.ProviderConfig = provider.Name
	}
	return spec
}

// ZoneProvider is the access to a hosted zone in another account: the name of a
// ProviderConfig, and the role that Crossplane assumes.
type ZoneProvider struct{ Name, RoleARN string }

// zoneProvider returns nil if the zone is in the environment's account.
func (r *resolver) zoneProvider() *ZoneProvider {
	zone := r.env.Domain.HostedZone
	if zone == nil || zone.RoleARN == "" {
		return nil
	}
	return &ZoneProvider{Name: r.env.Name + "-hosted-zone", RoleARN: zone.RoleARN}
}
