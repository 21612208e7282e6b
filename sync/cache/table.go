package cache

import (
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"

	"indagor/app"
	"indagor/sync/wire"
)

// PutTable keeps a reference table with its version.
func (c *Cache) PutTable(info wire.TableInfo, content []byte) error {
	text, err := json.Marshal(info)
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	key := c.box.key("table", info.Name)
	return c.update(func(tx *bbolt.Tx) error {
		if err := tx.Bucket(bucketTable).Put(key, c.box.seal(content, "table", key)); err != nil {
			return err
		}
		return tx.Bucket(bucketInfo).Put(key, c.box.seal(text, "table-info", key))
	})
}

// Table gives the content of a reference table; ok is false where the copy
// does not hold it.
func (c *Cache) Table(name string) (content []byte, ok bool, err error) {
	key := c.box.key("table", name)
	err = c.view(func(tx *bbolt.Tx) error {
		raw := tx.Bucket(bucketTable).Get(key)
		if raw == nil {
			return nil
		}
		content, err = c.box.open(raw, "table", key)
		ok = err == nil
		return err
	})
	return content, ok, err
}

// Tables gives the versions of the reference tables that the copy holds, by
// name.
func (c *Cache) Tables() (map[string]string, error) {
	out := map[string]string{}
	err := c.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketInfo).ForEach(func(k, raw []byte) error {
			text, err := c.box.open(raw, "table-info", k)
			if err != nil {
				return err
			}
			var info wire.TableInfo
			if err := json.Unmarshal(text, &info); err != nil {
				return fmt.Errorf("%w: a table of another shape", ErrDamaged)
			}
			out[info.Name] = info.Version
			return nil
		})
	})
	return out, err
}

// SetSetting keeps a small value, as JSON, for the user, or for whoever uses
// the profile where user is "".
func (c *Cache) SetSetting(user app.ID, name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("cache: setting %s: %w", name, err)
	}
	place := "setting/" + string(user)
	key := c.box.key(place, name)
	return c.update(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketSettings).Put(key, c.box.seal(text, place, key))
	})
}

// Setting reads a small value into a pointer; it reports whether there is one.
func (c *Cache) Setting(user app.ID, name string, into any) (ok bool, err error) {
	place := "setting/" + string(user)
	key := c.box.key(place, name)
	err = c.view(func(tx *bbolt.Tx) error {
		raw := tx.Bucket(bucketSettings).Get(key)
		if raw == nil {
			return nil
		}
		text, err := c.box.open(raw, place, key)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(text, into); err != nil {
			return fmt.Errorf("cache: setting %s: %w", name, err)
		}
		ok = true
		return nil
	})
	return ok, err
}
