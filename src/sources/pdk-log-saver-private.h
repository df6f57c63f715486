/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* What pdk-log-saver.c and pdk-log-loader.c share. */

/* What of single requests is older is in no window; a day more than the tallies keep. */
#define RECENT_DAYS 9

/* Raised when the meaning of what is kept changes. What has another one is read from the log once more. */
#define FORMAT 1

/* Format, zone of the log's time stamps, whether it goes back beyond what is read, tally, record, journal,
 * tails by their paths; then, which the first releases had not, for which "now" something was passed over,
 * for which there was too much in the future, the clock of the files, and since when all was counted. */
#define FIRST_STATE_TYPE "(usbvvva(sv))"
#define FORMER_STATE_TYPE "(usbvvva(sv)xxv)"
#define STATE_TYPE "(usbvvva(sv)xxvx)"
#define TALLY_INDEX 3
#define RECORD_INDEX 4
#define JOURNAL_INDEX 5
#define TAILS_INDEX 6
#define PASSED_OVER_INDEX 7
#define OVERFLOW_INDEX 8
#define CLOCK_INDEX 9
#define COUNTED_SINCE_INDEX 10
