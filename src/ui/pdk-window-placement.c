/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the details window opens: in the corner of the screen that is nearest to the pointer, which is near
 * the panel that was clicked. On Wayland that is the compositor's to choose. Main thread, logical pixels. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-window-placement.h"

#ifdef GDK_WINDOWING_X11
#include <gdk/gdkx.h>
#endif

/* Between the window and the edges of the work area. */
#define EDGE_GAP 8

/* How much of a monitor's height is taken where nobody tells how much of it the panels cover. */
#define MAX_SHARE_OF_MONITOR 0.88

/* Of the screen, either way, when nothing tells how large it is. */
#define FALLBACK_SIZE 720

/* What is left to scroll in on the smallest of screens. */
#define MIN_HEIGHT 100

static GdkMonitor *
get_monitor (GdkDisplay *display, int *pointer_x, int *pointer_y)
{
  GdkSeat *seat = gdk_display_get_default_seat (display);
  GdkDevice *pointer = seat != NULL ? gdk_seat_get_pointer (seat) : NULL;

  *pointer_x = *pointer_y = 0;
  /* Wayland tells nobody where the pointer is outside of their windows. */
#ifdef GDK_WINDOWING_X11
  if (pointer != NULL && GDK_IS_X11_DISPLAY (display))
    {
      gdk_device_get_position (pointer, NULL, pointer_x, pointer_y);
      return gdk_display_get_monitor_at_point (display, *pointer_x, *pointer_y);
    }
#endif
  return gdk_display_get_n_monitors (display) > 0 ? gdk_display_get_monitor (display, 0) : NULL;
}

/**
 * pdk_window_placement_get_max_size:
 * @window: a window
 * @width: (out): how wide it may be so that it fits where it opens
 * @height: (out): how high
 */
void
pdk_window_placement_get_max_size (GtkWindow *window, int *width, int *height)
{
  GdkMonitor *monitor;
  GdkRectangle area;
  int x, y;

  *width = *height = FALLBACK_SIZE;
  monitor = get_monitor (gtk_widget_get_display (GTK_WIDGET (window)), &x, &y);
  if (monitor == NULL)
    return;
  gdk_monitor_get_workarea (monitor, &area);
  *width = area.width - 2 * EDGE_GAP;
  *height = (int) (area.height * MAX_SHARE_OF_MONITOR);
#ifdef GDK_WINDOWING_X11
  if (GDK_IS_X11_DISPLAY (gdk_monitor_get_display (monitor)))
    *height = area.height - 2 * EDGE_GAP;
#endif
}

/**
 * pdk_window_placement_limit_size:
 * @window: a window with a title bar of its own, which is about to be shown
 * @scroller: all that is below that
 *
 * Lets @scroller grow until @window fills the screen where it opens, and scroll from there on; where that is
 * too narrow for what large text takes, there is less in a line.
 */
void
pdk_window_placement_limit_size (GtkWindow *window, PdkFittedScroller *scroller)
{
  int width, height, header_height;

  pdk_window_placement_get_max_size (window, &width, &height);
  gtk_widget_get_preferred_height (gtk_window_get_titlebar (window), NULL, &header_height);
  pdk_fitted_scroller_set_max_size (scroller, width, MAX (height - header_height, MIN_HEIGHT));
}

/**
 * pdk_window_placement_apply:
 * @window: a window that is about to be shown
 *
 * Moves @window to the corner nearest to the pointer, and ties it to that corner, so that it grows away from
 * the panel.
 */
void
pdk_window_placement_apply (GtkWindow *window)
{
#ifdef GDK_WINDOWING_X11
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (window));
  GdkMonitor *monitor;
  GdkRectangle area;
  int x, y, width, height;
  gboolean is_right, is_low;

  if (!GDK_IS_X11_DISPLAY (display))
    return;
  monitor = get_monitor (display, &x, &y);
  if (monitor == NULL)
    return;
  gdk_monitor_get_workarea (monitor, &area);
  is_right = x >= area.x + area.width / 2;
  is_low = y >= area.y + area.height / 2;
  gtk_window_get_size (window, &width, &height);
  gtk_window_set_gravity (window, is_low ? (is_right ? GDK_GRAVITY_SOUTH_EAST : GDK_GRAVITY_SOUTH_WEST)
                                         : (is_right ? GDK_GRAVITY_NORTH_EAST : GDK_GRAVITY_NORTH_WEST));
  gtk_window_move (window, is_right ? area.x + area.width - width - EDGE_GAP : area.x + EDGE_GAP,
                   is_low ? area.y + area.height - height - EDGE_GAP : area.y + EDGE_GAP);
#endif
}
