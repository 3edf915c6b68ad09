// The libsrtp 3 interface that the media worker calls, on top of libsrtp 2.5, which distributions package.
//
// Two things differ between the two versions:
// - A policy is an opaque object with setters (3) instead of a structure that the caller fills in (2).
// - Packets are protected from one buffer into another, with lengths in size_t (3), instead of in place with lengths in
//   int (2). Here the packet is copied first, then worked on in place.
// The macros at the end put these functions in the place of the ones of libsrtp 2 that have the same names.
#pragma once

#include <srtp2/srtp.h>

#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

// Two error codes that libsrtp 2 does not have; the numbers are the next free ones.
#define srtp_err_status_buffer_small static_cast<srtp_err_status_t>(28)
#define srtp_err_status_cryptex_err static_cast<srtp_err_status_t>(29)

namespace srtp3
{
	// What protecting may add to a packet: the authentication tag, and for RTCP also the packet index (RFC 3711, 3.4).
	constexpr size_t RtpGrowth{ SRTP_MAX_TRAILER_LEN };
	constexpr size_t RtcpGrowth{ SRTP_MAX_TRAILER_LEN + sizeof(uint32_t) };

	struct Policy
	{
		::srtp_policy_t policy;
		uint8_t key[SRTP_MAX_KEY_LEN];
	};

	inline srtp_err_status_t policyCreate(Policy** created)
	{
		*created = new (std::nothrow) Policy();

		return *created ? srtp_err_status_ok : srtp_err_status_alloc_fail;
	}

	inline void policyDestroy(Policy* policy)
	{
		if (!policy)
		{
			return;
		}

		// Through a volatile pointer, so that the compiler may not leave out clearing memory that is then freed.
		volatile uint8_t* key = policy->key;

		for (size_t index = 0; index < sizeof(policy->key); ++index)
		{
			key[index] = 0;
		}

		delete policy;
	}

	inline srtp_err_status_t policySetSsrc(Policy* policy, srtp_ssrc_t ssrc)
	{
		policy->policy.ssrc = ssrc;

		return srtp_err_status_ok;
	}

	inline srtp_err_status_t policySetProfile(Policy* policy, srtp_profile_t profile)
	{
		const auto status = srtp_crypto_policy_set_from_profile_for_rtp(&policy->policy.rtp, profile);

		if (status != srtp_err_status_ok)
		{
			return status;
		}

		return srtp_crypto_policy_set_from_profile_for_rtcp(&policy->policy.rtcp, profile);
	}

	// The worker never uses a master key identifier, so that one is refused rather than lost.
	inline srtp_err_status_t policyAddKey(
	  Policy* policy,
	  const uint8_t* key,
	  size_t keyLength,
	  const uint8_t* salt,
	  size_t saltLength,
	  const uint8_t* /*mki*/,
	  size_t mkiLength)
	{
		if (mkiLength != 0 || keyLength + saltLength > sizeof(policy->key))
		{
			return srtp_err_status_bad_param;
		}

		std::memcpy(policy->key, key, keyLength);
		std::memcpy(policy->key + keyLength, salt, saltLength);
		policy->policy.key = policy->key;

		return srtp_err_status_ok;
	}

	inline srtp_err_status_t policySetAllowRepeatTx(Policy* policy, bool allow)
	{
		policy->policy.allow_repeat_tx = allow;

		return srtp_err_status_ok;
	}

	inline srtp_err_status_t policySetWindowSize(Policy* policy, size_t packets)
	{
		policy->policy.window_size = packets;

		return srtp_err_status_ok;
	}

	inline srtp_err_status_t create(srtp_t* session, Policy* policy)
	{
		return ::srtp_create(session, &policy->policy);
	}

	// `growth` is how many bytes the function may add to the packet.
	template<typename InPlace>
	inline srtp_err_status_t copied(
	  const uint8_t* input, size_t inputLength, uint8_t* output, size_t* outputLength, size_t growth, InPlace inPlace)
	{
		if (inputLength > static_cast<size_t>(INT_MAX) - growth)
		{
			return srtp_err_status_bad_param;
		}

		if (inputLength + growth > *outputLength)
		{
			return srtp_err_status_buffer_small;
		}

		if (output != input)
		{
			std::memmove(output, input, inputLength);
		}

		auto length       = static_cast<int>(inputLength);
		const auto status = inPlace(output, &length);

		*outputLength = static_cast<size_t>(length);

		return status;
	}

	inline srtp_err_status_t protect(
	  srtp_t session, const uint8_t* rtp, size_t rtpLength, uint8_t* srtp, size_t* srtpLength, size_t /*mkiIndex*/)
	{
		return copied(
		  rtp,
		  rtpLength,
		  srtp,
		  srtpLength,
		  RtpGrowth,
		  [session](uint8_t* packet, int* length) { return ::srtp_protect(session, packet, length); });
	}

	inline srtp_err_status_t protectRtcp(
	  srtp_t session, const uint8_t* rtcp, size_t rtcpLength, uint8_t* srtcp, size_t* srtcpLength, size_t /*mkiIndex*/)
	{
		return copied(
		  rtcp,
		  rtcpLength,
		  srtcp,
		  srtcpLength,
		  RtcpGrowth,
		  [session](uint8_t* packet, int* length) { return ::srtp_protect_rtcp(session, packet, length); });
	}

	inline srtp_err_status_t unprotect(
	  srtp_t session, const uint8_t* srtp, size_t srtpLength, uint8_t* rtp, size_t* rtpLength)
	{
		return copied(
		  srtp,
		  srtpLength,
		  rtp,
		  rtpLength,
		  0,
		  [session](uint8_t* packet, int* length) { return ::srtp_unprotect(session, packet, length); });
	}

	inline srtp_err_status_t unprotectRtcp(
	  srtp_t session, const uint8_t* srtcp, size_t srtcpLength, uint8_t* rtcp, size_t* rtcpLength)
	{
		return copied(
		  srtcp,
		  srtcpLength,
		  rtcp,
		  rtcpLength,
		  0,
		  [session](uint8_t* packet, int* length) { return ::srtp_unprotect_rtcp(session, packet, length); });
	}

	inline srtp_err_status_t streamRemove(srtp_t session, uint32_t ssrc)
	{
		return ::srtp_remove_stream(session, ssrc);
	}
} // namespace srtp3

#define srtp_policy_t srtp3::Policy*
#define srtp_policy_create srtp3::policyCreate
#define srtp_policy_destroy srtp3::policyDestroy
#define srtp_policy_set_ssrc srtp3::policySetSsrc
#define srtp_policy_set_profile srtp3::policySetProfile
#define srtp_policy_add_key srtp3::policyAddKey
#define srtp_policy_set_allow_repeat_tx srtp3::policySetAllowRepeatTx
#define srtp_policy_set_window_size srtp3::policySetWindowSize
#define srtp_create srtp3::create
#define srtp_protect srtp3::protect
#define srtp_protect_rtcp srtp3::protectRtcp
#define srtp_unprotect srtp3::unprotect
#define srtp_unprotect_rtcp srtp3::unprotectRtcp
#define srtp_stream_remove srtp3::streamRemove
