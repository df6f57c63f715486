/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-clock.h"

G_BEGIN_DECLS

#define FAKE_TYPE_CLOCK (fake_clock_get_type ())
G_DECLARE_FINAL_TYPE (FakeClock, fake_clock, FAKE, CLOCK, PdkClock)

FakeClock *fake_clock_new (gint64 real_usec);
void fake_clock_advance (FakeClock *self, guint msec);
guint fake_clock_count_timers (FakeClock *self);
gint64 fake_clock_get_next_msec (FakeClock *self);

G_END_DECLS
