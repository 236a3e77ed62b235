// Threads that race: each runs a task of its own, all at the same time.
//
// They live as long as the driver, since starting a thread takes longer than a race. What is raced for is
// a matter of a hundred nanoseconds, and waking a thread takes some hundred times as long; so nobody begins
// before all have arrived, and those who wait for the last one do not sleep. Left at that, the same one
// would win nearly every time, because its step is the shorter: each also begins a little late, by a time
// drawn anew for each race.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <random>
#include <sched.h>
#include <thread>
#include <vector>

// The processors that this process may use, beginning with the one that it is on.
inline std::vector<int> processors()
{
    cpu_set_t allowed;
    std::vector<int> found;
    if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0)
    {
        auto const here = std::max(::sched_getcpu(), 0);
        for (int step = 0; step < CPU_SETSIZE; ++step)
        {
            auto const processor = (here + step) % CPU_SETSIZE;
            if (CPU_ISSET(processor, &allowed))
            {
                found.push_back(processor);
            }
        }
    }
    return found;
}

class Racers
{
public:
    using Task = std::function<void(std::size_t racer)>;

    // More than any race needs. Where processors are fewer, those who wait yield to those who run.
    static constexpr std::size_t most = 8;

    Racers() = default;
    Racers(Racers const&) = delete;
    Racers& operator=(Racers const&) = delete;

    ~Racers()
    {
        m_over = true;
        for (auto& helper : m_helpers)
        {
            call(helper);
            helper.thread.join();
        }
    }

    // Runs task(0) to task(count - 1) at the same time, one of them on this thread and the others each on
    // its own; returns when all have ended. The task must not throw. Throws std::system_error where a
    // thread cannot be started.
    void race(std::size_t count, Task const& task)
    {
        assemble(count);
        m_task = &task;
        m_count = count;
        m_arrived = 0;
        m_running = count - 1;
        m_turn = m_random();
        draw_delays();
        for (std::size_t racer = 1; racer < count; ++racer)
        {
            call(m_helpers[racer - 1]);
        }
        run(0);
        spin_until([this] { return m_running == 0; });
    }

private:
    struct Helper
    {
        // Counts up when there is something to do.
        std::atomic<std::uint32_t> calls = 0;
        std::thread thread;
    };

    static constexpr std::uint_fast32_t longest_delay = 1 << 15;
    static constexpr int delay_magnitudes = 9;

    // Tens of microseconds: about the time until the next word of a batch has been read.
    static constexpr int patience = 20'000;

    void assemble(std::size_t count)
    {
        if (m_helpers.empty())
        {
            m_processors = processors();
            stay_apart(0);
        }
        while (m_helpers.size() + 1 < count)
        {
            add_helper();
        }
    }

    void add_helper()
    {
        auto const racer = m_helpers.size() + 1;
        auto& helper = m_helpers.emplace_back();
        try
        {
            helper.thread = std::thread([this, racer, &helper] { serve(racer, helper); });
        }
        catch (...)
        {
            m_helpers.pop_back();
            throw;
        }
    }

    void call(Helper& helper)
    {
        ++helper.calls;
        helper.calls.notify_one();
    }

    // Left to itself the scheduler puts threads that wake each other on one processor, where they never
    // overlap. Where a processor cannot be had, the race is run all the same.
    void stay_apart(std::size_t racer) const
    {
        if (!m_processors.empty())
        {
            cpu_set_t own;
            CPU_ZERO(&own);
            CPU_SET(m_processors[racer % m_processors.size()], &own);
            ::sched_setaffinity(0, sizeof own, &own);
        }
    }

    void serve(std::size_t racer, Helper& helper)
    {
        stay_apart(racer);
        for (std::uint32_t served = 0;; ++served)
        {
            for (int spins = 0; helper.calls == served && spins < patience; ++spins)
            {
            }
            helper.calls.wait(served);
            if (m_over)
            {
                return;
            }
            run(racer);
            --m_running;
        }
    }

    // Who runs what changes from race to race: racers that share a processor never overlap.
    void run(std::size_t racer)
    {
        begin_together(racer);
        (*m_task)((racer + m_turn) % m_count);
    }

    void begin_together(std::size_t racer)
    {
        ++m_arrived;
        spin_until([this] { return m_arrived == m_count; });
        for (auto spins = m_delays[racer]; spins > 0 && m_arrived == m_count; --spins)
        {
        }
    }

    // Each order of magnitude up to a few microseconds is as likely as any other.
    void draw_delays()
    {
        for (auto& delay : m_delays)
        {
            delay = m_random() % longest_delay >> m_random() % delay_magnitudes;
        }
    }

    template <typename Condition>
    static void spin_until(Condition const& holds)
    {
        for (int spins = 0; !holds(); ++spins)
        {
            if (spins > patience)
            {
                std::this_thread::yield();
            }
        }
    }

    std::vector<int> m_processors;
    // What the next race is, written while no helper runs: its call publishes it.
    Task const* m_task = nullptr;
    std::size_t m_count = 0;
    std::size_t m_turn = 0;
    std::array<std::uint_fast32_t, most> m_delays{};
    std::minstd_rand m_random;
    std::atomic<std::size_t> m_arrived = 0;
    std::atomic<std::size_t> m_running = 0;
    std::atomic<bool> m_over = false;
    // A deque, because a helper refers to its own entry while others are added.
    std::deque<Helper> m_helpers;
};
