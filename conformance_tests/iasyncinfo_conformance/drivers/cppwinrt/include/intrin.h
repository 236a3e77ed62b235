// What C++/WinRT's headers expect of Microsoft's compiler, spelled for g++.
//
// winrt/base.h includes <intrin.h> first, so the architecture macros that it tests later can be set here
// and the command line stays free of them. Nothing in this file touches the behaviour of the coroutines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <cwchar>

#if !defined(__linux__) || !defined(__LP64__)
#error "The C++/WinRT driver is written for 64-bit Linux"
#endif

#define _WIN64
#if defined(__aarch64__)
#define _M_ARM64
#else
#define _M_X64
#endif

#define __stdcall

// Only `selectany` matters among those used, and only where several translation units include base.h; here one does.
#define __declspec(attribute)

inline void _ReadWriteBarrier() noexcept
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

inline std::int64_t _InterlockedIncrement64(std::int64_t volatile* value) noexcept
{
    return __atomic_add_fetch(value, 1, __ATOMIC_SEQ_CST);
}

inline std::int64_t _InterlockedDecrement64(std::int64_t volatile* value) noexcept
{
    return __atomic_sub_fetch(value, 1, __ATOMIC_SEQ_CST);
}

inline void* _InterlockedCompareExchangePointer(void* volatile* target, void* exchange, void* comparand) noexcept
{
    __atomic_compare_exchange_n(target, &comparand, exchange, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return comparand;
}

// The bounds-checking functions of Microsoft's C library; the callers in base.h have sized their buffers already.
inline int memcpy_s(void* target, std::size_t, void const* source, std::size_t count) noexcept
{
    std::memcpy(target, source, count);
    return 0;
}

template <std::size_t size, typename... Arguments>
int swprintf_s(wchar_t (&target)[size], wchar_t const* format, Arguments... arguments) noexcept
{
    return std::swprintf(target, size, format, arguments...);
}
