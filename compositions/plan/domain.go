package plan

import (
	"fmt"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// longestCertificateName is what ACM takes as the first name of a certificate
// (ACM API reference, RequestCertificate).
const longestCertificateName = 64

// domain is a certificate that is requested, or nothing: then the user has one,
// or the installer brings it.
func (r *resolver) domain() *v1alpha1.DomainSpec {
	r.checkCertificate()
	zone := r.env.Domain.HostedZone
	if zone == nil {
		return nil
	}
	r.checkCertificateName()
	spec := &v1alpha1.DomainSpec{FQDN: r.env.Domain.FQDN, HostedZone: v1alpha1.HostedZoneSpec{ID: zone.ID}}
	if provider := r.zoneProvider(); provider != nil {
		spec.HostedZone.ProviderConfig = provider.Name
	}
	return spec
}

// ZoneProvider is how Crossplane reaches a hosted zone in another account: the
// name of a ProviderConfig, and the role that it assumes.
type ZoneProvider struct{ Name, RoleARN string }

// zoneProvider is nil when the zone is in the environment's account.
func (r *resolver) zoneProvider() *ZoneProvider {
	zone := r.env.Domain.HostedZone
	if zone == nil || zone.RoleARN == "" {
		return nil
	}
	return &ZoneProvider{Name: r.env.Name + "-hosted-zone", RoleARN: zone.RoleARN}
}

func (r *resolver) checkCertificateName() {
	fqdn := r.env.Domain.FQDN
	if len(fqdn) <= longestCertificateName {
		return
	}
	r.refuse("certificate-name-length", diag.Path{"domain", "fqdn"}, problem{
		message: fmt.Sprintf("%q has %d characters, at most %d are allowed in a certificate of ACM (R19)", fqdn, len(fqdn), longestCertificateName),
		hint:    "shorten the name, or bring a certificate whose first name is another one: domain.certificate.arn",
		notes:   []diag.Note{r.note(diag.Path{"domain", "hostedZone"}, "the zone in which it would be validated")},
	})
}

// checkCertificate wants the user's certificate where the load balancer is. Its
// region and partition the schema has seen.
func (r *resolver) checkCertificate() {
	certificate := r.env.Domain.Certificate
	if certificate == nil || field(certificate.ARN, 4) == r.env.Account {
		return
	}
	r.refuse("certificate-account", diag.Path{"domain", "certificate", "arn"}, problem{
		message: fmt.Sprintf("the certificate is in account %q, the environment in %q: a load balancer takes one of its own account only (R19)", field(certificate.ARN, 4), r.env.Account),
		notes:   []diag.Note{r.note(diag.Path{"account"}, "the environment's account")},
	})
}
