// Package domain lowers DominoDomain: a certificate for the installation's host
// name and its wildcard (R19).
//
// What comes in is the name and the Route 53 zone that proves it is ours; with a
// certificate of the user's there is no DominoDomain. What comes out is the
// certificate of ACM, the DNS record that ACM asks for, and the certificate's
// validation, which is Ready when the certificate is issued. Name and wildcard
// share one record. Which record that is only ACM knows, so it comes by status,
// and the record is made once the certificate has told.
//
// The zone may be in another account. Then the record, and nothing else, goes
// through a ProviderConfig of its own. A record that is there already is taken
// over: for one name and account ACM asks for the same record every time.
//
// It exports certificateARN, validationName and validationValue.
//
// Keys, which never change: certificate, record, validation.
//
// Only package compositions calls it.
package domain

import (
	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	acm "github.com/upbound/provider-aws/v2/apis/namespaced/acm/v1beta1"
	route53 "github.com/upbound/provider-aws/v2/apis/namespaced/route53/v1beta1"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// recordTTL is how long resolvers keep the record, in seconds.
const recordTTL = 300

// Lower makes the resources of a certificate.
func Lower(common v1alpha1.Common, spec v1alpha1.DomainSpec, status v1alpha1.DomainStatus) []resource.Resource {
	d := domain{resource.Component{Common: common, Component: "domain"}, spec}
	return []resource.Resource{d.certificate(), d.record(status), d.validation()}
}

type domain struct {
	resource.Component
	spec v1alpha1.DomainSpec
}

// certificate shows one validation option for each of its names, both with the
// same record.
func (d domain) certificate() resource.Resource {
	const option = "status.atProvider.domainValidationOptions[0]."
	return d.Managed("certificate", acm.Certificate_GroupVersionKind, &acm.Certificate{
		Spec: acm.CertificateSpec{ForProvider: acm.CertificateParameters{
			Region:                  &d.Region,
			DomainName:              &d.spec.FQDN,
			SubjectAlternativeNames: []*string{new("*." + d.spec.FQDN)},
			ValidationMethod:        new("DNS"),
			Tags:                    d.TagsOf(d.spec.FQDN),
		}},
	}).
		Exporting("status.atProvider.arn", "certificateARN").
		Exporting(option+"resourceRecordName", "validationName").
		Exporting(option+"resourceRecordValue", "validationValue")
}

// record has no region: Route 53 is global.
func (d domain) record(status v1alpha1.DomainStatus) resource.Resource {
	record := &route53.Record{Spec: route53.RecordSpec{ForProvider: route53.RecordParameters{
		ZoneID:         &d.spec.HostedZone.ID,
		Name:           &status.ValidationName,
		Type:           new("CNAME"),
		TTL:            resource.Number(recordTTL),
		Records:        []*string{&status.ValidationValue},
		AllowOverwrite: new(true),
	}}}
	managed := d.Managed("record", route53.Record_GroupVersionKind, record)
	if config := d.spec.HostedZone.ProviderConfig; config != "" {
		record.SetProviderConfigReference(&xpv1.ProviderConfigReference{Kind: "ProviderConfig", Name: config})
	}
	return managed
}

func (d domain) validation() resource.Resource {
	return d.Managed("validation", acm.CertificateValidation_GroupVersionKind, &acm.CertificateValidation{
		Spec: acm.CertificateValidationSpec{ForProvider: acm.CertificateValidationParameters{
			Region:            &d.Region,
			CertificateArnRef: d.Ref("certificate"),
		}},
	})
}
