package rds

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// fewestRecords is the smallest page that RDS's describing calls make, and
// usualRecords the page they make when no size is given.
const (
	fewestRecords = 20
	usualRecords  = 100
)

// records cuts one page out of all.
func records[T any](all []T, size *int32, most int32, marker *string) (page []T, next *string, err error) {
	n := aws.ToInt32(orNumber(size, usualRecords))
	if n < fewestRecords || n > most {
		return nil, nil, wire.Errorf("InvalidParameterValue", "Invalid value %d for MaxRecords. Must be between %d and %d", n, fewestRecords, most)
	}
	page, next, ok := cloud.Page(all, marker, int(n))
	if !ok {
		return nil, nil, wire.Errorf("InvalidParameterValue", "Invalid marker: %s", *marker)
	}
	if page == nil {
		page = []T{} // RDS answers an empty list, which is not the same as none
	}
	return page, next, nil
}

// filtered applies RDS's filters: an item passes if, for every filter, its
// field is one of the values.
func filtered[T any](items []T, filters []types.Filter, fields map[string]func(T) *string) ([]T, error) {
	for _, f := range filters {
		field, ok := fields[aws.ToString(f.Name)]
		switch {
		case !ok:
			return nil, wire.Errorf("InvalidParameterValue", "Unrecognized filter name: %s", aws.ToString(f.Name))
		case len(f.Values) == 0:
			return nil, wire.Errorf("InvalidParameterCombination", "The values of the filter %s must not be empty.", *f.Name)
		}
		items = slices.DeleteFunc(items, func(item T) bool {
			value := field(item)
			return value == nil || !slices.ContainsFunc(f.Values, func(v string) bool { return strings.EqualFold(v, *value) })
		})
	}
	return items, nil
}

func (s *Service) describeDBInstances(_ context.Context, in *rds.DescribeDBInstancesInput) (*rds.DescribeDBInstancesOutput, error) {
	id := aws.ToString(in.DBInstanceIdentifier)
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make([]types.DBInstance, 0, len(s.instances))
	for _, i := range s.instances {
		all = append(all, i.db)
	}
	slices.SortFunc(all, func(a, b types.DBInstance) int {
		return strings.Compare(*a.DBInstanceIdentifier, *b.DBInstanceIdentifier)
	})
	all, err := filtered(all, s.identified(in.Filters, id), map[string]func(types.DBInstance) *string{
		"db-cluster-id":   func(db types.DBInstance) *string { return db.DBClusterIdentifier },
		"db-instance-id":  func(db types.DBInstance) *string { return db.DBInstanceIdentifier },
		"dbi-resource-id": func(db types.DBInstance) *string { return db.DbiResourceId },
		"domain":          func(types.DBInstance) *string { return nil },
		"engine":          func(db types.DBInstance) *string { return db.Engine },
	})
	if err != nil {
		return nil, err
	}
	if id != "" && len(all) == 0 {
		return nil, notFound(id)
	}
	all, marker, err := records(all, in.MaxRecords, 100, in.Marker)
	if err != nil {
		return nil, err
	}
	return &rds.DescribeDBInstancesOutput{DBInstances: all, Marker: marker}, nil
}

// identified is the request's filters with identifiers in the place of the ARNs
// that db-instance-id takes as well. DBInstanceIdentifier is one more value of
// that filter, or such a filter of its own: that is how RDS joins the two.
func (s *Service) identified(filters []types.Filter, id string) []types.Filter {
	filters = slices.Clone(filters)
	for n, f := range filters {
		if aws.ToString(f.Name) != "db-instance-id" || len(f.Values) == 0 {
			continue
		}
		filters[n].Values = nil
		for _, v := range f.Values {
			filters[n].Values = append(filters[n].Values, s.identifier(v))
		}
		if id != "" {
			filters[n].Values = append(filters[n].Values, s.identifier(id))
			id = ""
		}
	}
	if id != "" {
		filters = append(filters, types.Filter{Name: aws.String("db-instance-id"), Values: []string{s.identifier(id)}})
	}
	return filters
}
