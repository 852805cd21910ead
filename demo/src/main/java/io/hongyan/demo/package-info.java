/** The launcher's client for everything that speaks HTTP, JSON or SQL. */
@NullMarked
package io.hongyan.demo;

import org.jspecify.annotations.NullMarked;
