// The Windows functions that C++/WinRT's coroutines link against, as little of each as they need here.
//
// One process, no apartments and no restricted error info: what would marshal says that it cannot, and
// what would describe an error keeps nothing, so that an HRESULT is all that is left of one.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace
{
    constexpr std::int32_t ok = 0;
    constexpr std::int32_t not_implemented = static_cast<std::int32_t>(0x80004001);
    constexpr std::int32_t yes = 1;

    using Word = std::uintptr_t;
    constexpr Word unlocked = 0;
    constexpr Word locked = 1;
}

extern "C"
{
    // A slim lock is one word that starts as zero. Exclusive locking is all that the coroutines use.
    void AcquireSRWLockExclusive(Word* lock)
    {
        std::atomic_ref<Word> word{*lock};
        while (word.exchange(locked, std::memory_order_acquire) == locked)
        {
            word.wait(locked, std::memory_order_relaxed);
        }
    }

    void ReleaseSRWLockExclusive(Word* lock)
    {
        std::atomic_ref<Word> word{*lock};
        word.store(unlocked, std::memory_order_release);
        word.notify_one();
    }

    void* GetProcessHeap()
    {
        return nullptr;
    }

    void* HeapAlloc(void*, std::uint32_t, std::size_t bytes)
    {
        return std::malloc(bytes);
    }

    std::int32_t HeapFree(void*, std::uint32_t, void* memory)
    {
        std::free(memory);
        return yes;
    }

    void* CoTaskMemAlloc(std::size_t bytes)
    {
        return std::malloc(bytes);
    }

    // Delegates and operations made by C++/WinRT are agile: nobody comes to need a marshaler or a reference.
    std::int32_t CoCreateFreeThreadedMarshaler(void*, void** marshaler)
    {
        *marshaler = nullptr;
        return not_implemented;
    }

    std::int32_t RoGetAgileReference(std::uint32_t, void const*, void*, void** reference)
    {
        *reference = nullptr;
        return not_implemented;
    }

    std::int32_t RoOriginateLanguageException(std::int32_t, void*, void*)
    {
        return yes;
    }

    std::int32_t RoTransformError(std::int32_t, std::int32_t, void*)
    {
        return yes;
    }

    std::int32_t GetErrorInfo(std::uint32_t, void** info)
    {
        *info = nullptr;
        return ok;
    }

    std::int32_t SetErrorInfo(std::uint32_t, void*)
    {
        return ok;
    }

    // Only texts of error infos are BSTRs, and no error info ever exists.
    void SysFreeString(wchar_t*)
    {
    }

    std::uint32_t SysStringLen(wchar_t*)
    {
        return 0;
    }

    // Only what() of a standard exception is ever widened, and those texts are ASCII.
    std::int32_t MultiByteToWideChar(
        std::uint32_t, std::uint32_t, char const* text, std::int32_t size, wchar_t* target, std::int32_t room)
    {
        for (std::int32_t at = 0; at < size && at < room; ++at)
        {
            target[at] = static_cast<unsigned char>(text[at]);
        }
        return size;
    }
}
