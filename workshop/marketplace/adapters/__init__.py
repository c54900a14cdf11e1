"""Marketplaces and feeds: each behind the same small interface (`base.Marketplace`)."""
