// Stands in for the ankerl::unordered_dense library, which not every distribution packages: the same names over the
// standard containers. The worker uses maps, sets and hashes of numbers; nothing depends on the original's memory layout.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace ankerl::unordered_dense
{
	template<class Key, class Enable = void>
	struct hash : std::hash<Key>
	{
	};

	template<class Key, class Value, class Hash = hash<Key>, class Equal = std::equal_to<Key>>
	using map = std::unordered_map<Key, Value, Hash, Equal>;

	template<class Key, class Hash = hash<Key>, class Equal = std::equal_to<Key>>
	using set = std::unordered_set<Key, Hash, Equal>;

	namespace detail::wyhash
	{
		inline uint64_t hash(const void* bytes, size_t length)
		{
			return std::hash<std::string_view>{}(std::string_view(static_cast<const char*>(bytes), length));
		}

		// The finalizer of MurmurHash3 (public domain, A. Appleby): mixes all 64 bits.
		inline uint64_t hash(uint64_t value)
		{
			value ^= value >> 33;
			value *= 0xff51afd7ed558ccdULL;
			value ^= value >> 33;
			value *= 0xc4ceb9fe1a85ec53ULL;
			value ^= value >> 33;

			return value;
		}
	} // namespace detail::wyhash
} // namespace ankerl::unordered_dense
